import requests
import os

# --- Configuration ---
API_KEY = "your_api_key_here"
IMAGE_PATH = "/path/to/your/image.jpg"
API_URL = "https://vivid.studioionique.com/api/v1/generate"

# --- Prepare Headers ---
headers = {
    "X-API-Key": API_KEY
}

# --- Prepare Form Data ---
payload = {
    "prompt": "A cinematic, wide shot of a futuristic city at dusk",
    "model": "veo3.1",
    "duration_seconds": 8
}

# --- Open the image file in binary mode ---
try:
    with open(IMAGE_PATH, "rb") as image_file:
        files = {
            "image": (os.path.basename(IMAGE_PATH), image_file, "image/jpeg")
        }

        # --- Make the Request ---
        print("Sending generation request...")
        response = requests.post(API_URL, headers=headers, data=payload, files=files)

        # --- Handle the Response ---
        if response.status_code == 202:
            job_data = response.json()
            print(f"✅ Job accepted! Job ID: {job_data.get('job_id')}")
            # You can now poll the /status/{job_id} endpoint with this ID
        else:
            print(f"❌ Error: {response.status_code}")
            print(response.json())

except FileNotFoundError:
    print(f"Error: The file '{IMAGE_PATH}' was not found.")
except Exception as e:
    print(f"An unexpected error occurred: {e}")

