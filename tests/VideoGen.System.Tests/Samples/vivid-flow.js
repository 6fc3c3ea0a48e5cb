const axios = require('axios');
const fs = require('fs');
const path = require('path');
const FormData = require('form-data');

// --- Configuration ---
const API_KEY = 'your_api_key_here';
const IMAGE_PATH = '/path/to/your/image.jpg';
const API_URL = 'https://vivid.studioionique.com/api/v1/generate';

// --- Create a Form ---
const form = new FormData();
form.append('prompt', 'A cinematic, wide shot of a futuristic city at dusk');
form.append('model', 'veo3.1');
form.append('duration_seconds', '8');

// --- Append the image file ---
try {
    const imageStream = fs.createReadStream(IMAGE_PATH);
    form.append('image', imageStream, {
        filename: path.basename(IMAGE_PATH),
        contentType: 'image/jpeg',
    });

    // --- Set Headers (including form-data headers) ---
    const headers = {
        'X-API-Key': API_KEY,
        ...form.getHeaders(),
    };

    // --- Make the Request ---
    console.log('Sending generation request...');
    axios.post(API_URL, form, { headers })
        .then(response => {
            console.log('✅ Job accepted!', response.data);
            // You can now poll the /status/{job_id} endpoint
        })
        .catch(error => {
            console.error('❌ Error:', error.response ? error.response.status : error.message);
            if (error.response) {
                console.error(error.response.data);
            }
        });
} catch (error) {
    console.error(`Error: Could not read the file '${IMAGE_PATH}'.`, error);
}
