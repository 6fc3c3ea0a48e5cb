// Runs a job with the client that Kiota made from the API's description.
using System.Text.Json;
using Microsoft.Kiota.Abstractions;
using Microsoft.Kiota.Abstractions.Authentication;
using Microsoft.Kiota.Http.HttpClientLibrary;
using VideoGen.Generated;
using VideoGen.Generated.Models;

// Kiota's own providers of credentials refuse to send any without TLS, and this machine's system has none.
using var http = KiotaClientFactory.Create();
http.DefaultRequestHeaders.Add("X-API-Key", Environment.GetEnvironmentVariable("VIDEOGEN_TEST_KEY"));
using var adapter = new HttpClientRequestAdapter(new AnonymousAuthenticationProvider(), httpClient: http)
{
    BaseUrl = Environment.GetEnvironmentVariable("VIDEOGEN_URL"),
};
var client = new VideoGenClient(adapter);

var body = new SubmitJob
{
    Model = "wan2.1",
    Input = new SubmitJob_input { AdditionalData = { ["prompt"] = "A lighthouse in a storm" } },
    Simulate = new SimulatorScript { Instant = true },
};
var idempotencyKey = $"kiota-{Environment.ProcessId}";
var job = (await client.V1.Jobs.PostAsync(body, request => request.Headers.Add("Idempotency-Key", idempotencyKey)))!;
var again = (await client.V1.Jobs.PostAsync(body, request => request.Headers.Add("Idempotency-Key", idempotencyKey)))!;

var id = job.Id!.Value;
while (job.Status is not JobView_status.Completed)
{
    if (job.Status is JobView_status.Failed or JobView_status.Cancelled) throw new InvalidOperationException(job.Error?.Message);
    job = (await client.V1.Jobs[id].GetAsync(request => request.QueryParameters.Wait = "30s"))!;
}

var refused = "";
try
{
    await client.V1.Jobs[Guid.Parse("00000000-0000-4000-8000-000000000000")].GetAsync();
}
catch (Problem problem)
{
    refused = $"{problem.Code}";
}

var asset = job.Output!.Assets![0];
await using var file = (await client.V1.Assets[asset.Id!.Value].Content.GetAsync(request => request.Headers.Add("Range", "bytes=0-99")))!;
using var bytes = new MemoryStream();
await file.CopyToAsync(bytes);

Console.WriteLine(JsonSerializer.Serialize(new { status = $"{job.Status}", kind = $"{job.Kind}", same = again.Id == id, bytes = bytes.Length, refused }));
