"""An empty app that also hands over what a wall of forty films weighs, and does nothing else."""

import random

import streamlit as st

BYTES = 60_000

hand_over = st.components.v2.component("hand_over", js="export default () => {};")
name = st.text_input("Name")
hand_over(key="wall", data=random.Random(name).randbytes(BYTES))  # noqa: S311 - another each time
