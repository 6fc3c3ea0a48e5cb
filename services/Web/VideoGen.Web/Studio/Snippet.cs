using System.Globalization;
using System.Text;
using System.Text.Json;
using VideoGen.Web.Layout;

namespace VideoGen.Web.Studio;

/// <summary>The program that submits a job and waits for it, in one language.</summary>
public sealed record Snippet(string Language, string Code)
{
    public static IReadOnlyList<Snippet> Of(string address, string model, JsonElement input)
    {
        var url = address.TrimEnd('/');
        var body = ReadableJson.Of(new { model, input });
        return
        [
            new("curl", Curl(url, body)),
            new("Python", Python(url, JsonSerializer.SerializeToElement(new { model, input }))),
            new("JavaScript", JavaScript(url, body)),
            new("C#", CSharp(url, body)),
        ];
    }

    // Within single quotes a shell leaves everything alone but the single quote itself.
    static string Curl(string url, string body) =>
        $"curl -s {url}/v1/jobs \\\n  -H \"Authorization: Bearer $VIDEOGEN_API_KEY\" \\\n  -H 'Content-Type: application/json' \\\n"
        + $"  -d '{body.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    static string Python(string url, JsonElement body) =>
        $$"""
        import os, requests

        api = requests.Session()
        api.headers["Authorization"] = "Bearer " + os.environ["VIDEOGEN_API_KEY"]

        answer = api.post("{{url}}/v1/jobs", json={{PythonOf(body)}})
        answer.raise_for_status()
        job = answer.json()
        while job["status"] not in ("completed", "failed", "cancelled"):
            job = api.get(f"{{url}}/v1/jobs/{job['id']}?wait=30s").json()
        print(job["status"], [asset["url"] for asset in (job["output"] or {}).get("assets", [])])
        """;

    static string JavaScript(string url, string body) =>
        $$"""
        const headers = { Authorization: `Bearer ${process.env.VIDEOGEN_API_KEY}`, 'Content-Type': 'application/json' };
        const answer = await fetch('{{url}}/v1/jobs', { method: 'POST', headers, body: JSON.stringify({{body}}) });
        if (!answer.ok) throw new Error(await answer.text());
        let job = await answer.json();
        while (!['completed', 'failed', 'cancelled'].includes(job.status)) {
          job = await (await fetch(`{{url}}/v1/jobs/${job.id}?wait=30s`, { headers })).json();
        }
        console.log(job.status, job.output?.assets.map(asset => asset.url));
        """;

    // Strings of JSON hold no line breaks and never three quotes in a row, so a raw literal takes any of them.
    static string CSharp(string url, string body) =>
        $$""""
        using System.Net.Http.Json;
        using System.Text;
        using System.Text.Json;

        using var api = new HttpClient { BaseAddress = new Uri("{{url}}"), Timeout = TimeSpan.FromMinutes(2) };
        api.DefaultRequestHeaders.Authorization = new("Bearer", Environment.GetEnvironmentVariable("VIDEOGEN_API_KEY"));
        using var body = new StringContent("""
        {{body}}
        """, Encoding.UTF8, "application/json");
        using var answer = await api.PostAsync("/v1/jobs", body);
        answer.EnsureSuccessStatusCode();
        var job = await answer.Content.ReadFromJsonAsync<JsonElement>();
        while (job.GetProperty("status").GetString() is not ("completed" or "failed" or "cancelled"))
            job = await api.GetFromJsonAsync<JsonElement>($"/v1/jobs/{job.GetProperty("id")}?wait=30s");
        Console.WriteLine(job);
        """";

    /// <summary>JSON's text literals are Python's, too, as long as nothing outside the basic plane is escaped in halves.</summary>
    static string PythonOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object =>
            "{" + string.Join(", ", value.EnumerateObject().Select(one => $"{Quoted(one.Name)}: {PythonOf(one.Value)}")) + "}",
        JsonValueKind.Array => "[" + string.Join(", ", value.EnumerateArray().Select(PythonOf)) + "]",
        JsonValueKind.True => "True",
        JsonValueKind.False => "False",
        JsonValueKind.Null => "None",
        JsonValueKind.String => Quoted(value.GetString()!),
        _ => value.GetRawText(),
    };

    static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var rune in text.EnumerateRunes())
            quoted.Append(rune.Value switch
            {
                '"' or '\\' => "\\" + rune,
                < ' ' or 0x7f or 0x2028 or 0x2029 => string.Create(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}"),
                _ => rune.ToString(),
            });
        return quoted.Append('"').ToString();
    }
}
