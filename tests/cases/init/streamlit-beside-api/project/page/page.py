import os

import requests
import streamlit as st

st.title("Sums")
st.write(requests.get(os.environ.get("API_URL", "http://127.0.0.1:8100") + "/sum", timeout=5).json())
