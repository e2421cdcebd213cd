import dash
import plotly.express as px
from dash import Dash, dcc, html

app = Dash(__name__)
server = app.server
app.layout = html.Div([html.H1("Sales"), dcc.Graph(figure=px.line(x=[1, 2], y=[3, 4]))])

if __name__ == "__main__":
    app.run(debug=True)
