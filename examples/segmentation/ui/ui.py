"""The page: a picture and its segments, side by side."""

import io

import streamlit as st
from PIL import Image

import client

TITLE = "DeepLabV3 image segmentation"


def main() -> None:
    """Draw the page; Streamlit runs this anew whenever something is done to it."""
    st.set_page_config(page_title=TITLE)
    st.title(TITLE)
    st.write(
        "Tells what each pixel of a picture belongs to. Insert an image, and the API answers with a picture "
        "of the same size in which each class has a colour of its own."
    )
    try:
        active = client.active()
    except (client.AwayError, client.RefusedError):
        wait_for_the_api()
        return
    st.caption(f"Active model: {active.model}")
    upload = st.file_uploader("insert image")
    if not st.button("Get segmentation map"):
        return
    if upload is None:
        st.warning("Insert an image!")
        return
    try:
        with st.spinner("Looking at it ..."):
            segmented = client.segment(upload.name, upload.getvalue())
    except (client.AwayError, client.RefusedError) as error:
        st.error(str(error))
        return
    show(upload.getvalue(), segmented, active.classes)


@st.fragment(run_every=1.0)
def wait_for_the_api() -> None:
    """Say that the API is not there yet; once it is, draw the page."""
    try:
        client.active()
    except client.AwayError as error:
        st.info(f"{error} Waiting for it ...")
    except client.RefusedError as error:
        st.info(f"The API is not ready: {error} Waiting for it ...")
    else:
        st.rerun()


def show(original: bytes, segmented: bytes, classes: list[str]) -> None:
    """Show both pictures, and what is in the second."""
    left, right = st.columns(2)
    left.header("Original")
    left.image(Image.open(io.BytesIO(original)).convert("RGB"), width="stretch")
    right.header("Segmented")
    right.image(segmented, width="stretch")
    with Image.open(io.BytesIO(segmented)) as picture:
        counts = picture.histogram()
    total = sum(counts)
    shares = {name: count / total for name, count in zip(classes, counts, strict=False) if count}
    right.caption(", ".join(f"{name} {share:.0%}" for name, share in shares.items()))


main()
