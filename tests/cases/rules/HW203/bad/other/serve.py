import debugpy
import uvicorn

if __name__ == "__main__":
    debugpy.listen(5679)
    uvicorn.run("app:app", reload=True)
