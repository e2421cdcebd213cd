import streamlit as st

st.header('Details')
