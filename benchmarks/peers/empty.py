"""The smallest app there is: what Streamlit itself costs."""

import streamlit as st

st.text_input("Name")
