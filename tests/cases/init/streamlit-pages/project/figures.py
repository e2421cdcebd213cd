import pandas as pd
import streamlit as st


@st.cache_data
def load():
    return pd.DataFrame({"a": [1, 2, 3]})
