import streamlit as st

from figures import load

st.set_page_config(page_title="Figures")
st.title("Figures")
st.line_chart(load())
