using System.Security.Cryptography;
using System.Text.Json.Nodes;
using VideoGen.Jobs.Contracts;
using VideoGen.System.Tests.Stage;

namespace VideoGen.System.Tests.Crossing;

/// <summary>How the clients of one API read a job. A new dialect adds a row.</summary>
/// <param name="Path">Of the status route, with <c>{0}</c> for the native id, which every API takes as it is.</param>
/// <param name="Words">The API's words for running, completed, failed and cancelled.</param>
/// <param name="Result">The address of the main file in the answer, absolute, or relative to the base URL.</param>
/// <param name="Error">The text that says why it failed.</param>
sealed record Reader(Door Door, string Path, (string Running, string Completed, string Failed, string Cancelled) Words, Func<JsonNode, JsonNode?> Result, Func<JsonNode, JsonNode?> Error)
{
    public static IReadOnlyList<Reader> All { get; } =
    [
        new(Door.Native, "jobs/{0}", ("running", "completed", "failed", "cancelled"),
            job => job["output"]?["assets"]?[0]?["url"], job => job["error"]?["message"]),
        new(Door.VividFlow, "status/{0}", ("PROCESSING", "COMPLETED", "FAILED", "FAILED"), job => job["video_url"], job => job["error"]),
        new(Door.Vydra, "jobs/{0}", ("running", "completed", "failed", "cancelled"),
            job => job["output"]?["videoUrl"] ?? job["output"]?["imageUrl"], job => job["error"]?["message"]),
        new(Door.AiStudio, "video-jobs/{0}", ("RUNNING", "SUCCEEDED", "FAILED", "CANCELLED"), job => job["cloudinaryUrl"], job => job["errorMessage"]),
        new(Door.Vsl, "status/{0}", ("processing", "completed", "failed", "cancelled"), job => job["result"]?["originalUrl"], job => job["error"]),
        new(Door.Visualizr, "api/v1/generate/status/{0}", ("processing", "completed", "failed", "cancelled"),
            job => job["result"]?["video_url"], job => job["error"]?["message"]),
    ];

    public async Task<Reading> ReadAsync(Customer customer, Guid id)
    {
        using var http = customer.Open(Door);
        using var answer = await http.GetAsync(string.Format(Path, id));
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That(answer.IsSuccessStatusCode, Is.True, $"{Door}: {text}");
        var job = JsonNode.Parse(text)!;
        var result = Result(job)?.GetValue<string>();
        return new Reading(job["status"]!.GetValue<string>(), await HashAsync(http, result), Error(job)?.GetValue<string>());
    }

    /// <summary>The word for a native state.</summary>
    public string WordFor(string status) => status switch
    {
        JobStatus.Running => Words.Running,
        JobStatus.Completed => Words.Completed,
        JobStatus.Failed => Words.Failed,
        _ => Words.Cancelled,
    };

    public override string ToString() => Door.Name;

    /// <summary>SHA-256 of what the address gives.</summary>
    static async Task<string?> HashAsync(HttpClient http, string? address)
    {
        if (address is null) return null;
        var file = address.StartsWith('/') ? new Uri(http.BaseAddress!, address[1..]) : new Uri(address);
        return Convert.ToHexStringLower(SHA256.HashData(await http.GetByteArrayAsync(file)));
    }
}

/// <param name="FileHash">SHA-256 of the main file; null without one.</param>
sealed record Reading(string Status, string? FileHash, string? Error);
