using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using VideoGen.Accounts.Contracts;
using VideoGen.Testing;

namespace VideoGen.Gateway.Tests.Dialects;

/// <summary>
/// A recorded exchange with a dialect: the request, what the services answer meanwhile, what they must have been asked, and the whole
/// answer. <c>{{key}}</c> stands for a key and <c>{{account}}</c> for its account; in expectations <c>{{int}}</c> (a number as well), <c>{{uuid}}</c> and <c>{{time}}</c> stand for any value of that form.
/// </summary>
internal sealed partial class Transcript(JsonObject file, string path)
{
    static readonly byte[] Image = [0xFF, 0xD8, 0xFF, 0xE0];

    public static IEnumerable<TestCaseData> In(string folder) =>
        Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Transcripts", folder), "*.json").Order(StringComparer.Ordinal)
            .Select(path => new TestCaseData(path).SetArgDisplayNames(Path.GetFileNameWithoutExtension(path)));

    public static Transcript Read(string path) => new(JsonNode.Parse(File.ReadAllText(path))!.AsObject(), path);

    /// <summary>It says itself what is answered at this path of a service.</summary>
    public bool Scripts(string servicePath) =>
        (file["services"]?.AsArray() ?? []).Any(answer =>
            ((string)answer!["request"]!).Split(' ', '?') is [_, var target, ..] && target == servicePath);

    /// <summary>It shows how many requests are left to an address that sends no key; those of a key are its own.</summary>
    public bool CountsAStranger =>
        file["response"]!["headers"]!["X-RateLimit-Remaining"] is not null
        && !file["request"]!.ToJsonString().Contains("{{key}}", StringComparison.Ordinal);

    /// <summary>Plays it and gives every difference from what is recorded.</summary>
    public async Task<IReadOnlyList<string>> PlayAsync(GatewayApplication gateway)
    {
        var request = file["request"]!.AsObject();
        var limit = (int?)request["requests_per_minute"];
        var key = gateway.Services.AddKey(identity => limit is { } most ? identity with { RateLimits = new RateLimits(most, most) } : identity);
        foreach (var answer in file["services"]?.AsArray() ?? []) Script(gateway, answer!.AsObject());
        gateway.Services.ClearReceived();
        using var response = await gateway.Http.SendAsync(RequestOf(request, key));
        var text = await response.Content.ReadAsStringAsync();
        var account = gateway.Services.IdentityOf(key).AccountId.ToString();
        if (Snapshot.IsUpdating) Renew(gateway, response, text.Replace(account, "{{account}}", StringComparison.Ordinal));
        var expected = file["response"]!.ToJsonString().Replace("{{account}}", account, StringComparison.Ordinal);
        return [.. Differences(JsonNode.Parse(expected)!.AsObject(), response, text), .. NativeDifferences(gateway)];
    }

    static HttpRequestMessage RequestOf(JsonObject recorded, string key)
    {
        var request = new HttpRequestMessage(new HttpMethod((string)recorded["method"]!), (string)recorded["path"]!);
        if (recorded["form"] is JsonArray form) request.Content = FormOf(form);
        else if (recorded["body"] is { } body) request.Content = new StringContent((string)body!, Encoding.UTF8);
        foreach (var (name, value) in recorded["headers"]!.AsObject())
        {
            var text = ((string)value!).Replace("{{key}}", key, StringComparison.Ordinal);
            if (name == "Content-Type") request.Content!.Headers.ContentType = MediaTypeHeaderValue.Parse(text);
            else Assert.That(request.Headers.TryAddWithoutValidation(name, text), Is.True, name);
        }
        return request;
    }

    static MultipartFormDataContent FormOf(JsonArray parts)
    {
        var form = new MultipartFormDataContent("a-boundary");
        foreach (var part in parts)
        {
            HttpContent content = part!["text"] is { } text ? new ByteArrayContent(Encoding.UTF8.GetBytes((string)text!)) : new ByteArrayContent(Image);
            content.Headers.TryAddWithoutValidation("Content-Disposition",
                $"form-data; name=\"{part["name"]}\"" + (part["file"] is { } name ? $"; filename=\"{name}\"" : ""));
            if (part["type"] is { } type) content.Headers.ContentType = MediaTypeHeaderValue.Parse((string)type!);
            form.Add(content);
        }
        return form;
    }

    static void Script(GatewayApplication gateway, JsonObject answer)
    {
        var (method, target) = ((string)answer["request"]!).Split(' ') is [var m, var t] ? (m, t) : default;
        gateway.Services.On((string)answer["service"]!, method, target.Split('?')[0], async context =>
        {
            context.Response.StatusCode = (int)answer["status"]!;
            foreach (var (name, value) in answer["headers"]?.AsObject() ?? []) context.Response.Headers[name] = (string)value!;
            if (answer["body"] is not { } body) return;
            context.Response.ContentType = context.Response.StatusCode >= 400 ? "application/problem+json" : "application/json";
            await context.Response.WriteAsync(body is JsonValue ? (string)body! : body.ToJsonString());
        });
    }

    static IEnumerable<string> Differences(JsonObject expected, HttpResponseMessage response, string text)
    {
        if ((int)response.StatusCode != (int)expected["status"]!) yield return $"status {(int)response.StatusCode} instead of {expected["status"]}: {text}";
        foreach (var (name, value) in expected["headers"]!.AsObject())
        {
            var actual = response.Headers.TryGetValues(name, out var values) || response.Content.Headers.TryGetValues(name, out values) ? string.Join(", ", values) : null;
            if (actual is null || !Matches((string)value!, actual)) yield return $"header {name}: {actual} instead of {value}";
        }
        foreach (var difference in Compare(expected["body"], Parse(text), "body")) yield return difference;
    }

    /// <summary>Every exchange that a script answers must have happened, in its query too; <c>native</c> says with what body.</summary>
    IEnumerable<string> NativeDifferences(GatewayApplication gateway)
    {
        var received = gateway.Services.Received;
        foreach (var answer in file["services"]?.AsArray() ?? [])
            if (!received.Any(request => request.Service == (string)answer!["service"]! && Matches((string)answer["request"]!, $"{request.Method} {request.Target}")))
                yield return $"{answer!["service"]} was never asked {answer["request"]}";
        foreach (var expected in file["native"]?.AsArray() ?? [])
        {
            var request = received.LastOrDefault(one => one.Service == (string)expected!["service"]! && $"{one.Method} {one.Target}" == (string)expected["request"]!);
            if (request is null) yield return $"no request {expected!["request"]}";
            else if (expected!["body"] is { } body)
                foreach (var difference in Compare(body, Parse(request.Body), "native")) yield return difference;
        }
    }

    static JsonNode? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }

    static IEnumerable<string> Compare(JsonNode? expected, JsonNode? actual, string path) => (expected, actual) switch
    {
        (JsonObject left, JsonObject right) => left.Select(member => member.Key).Union(right.Select(member => member.Key)).SelectMany(name =>
            !left.ContainsKey(name) ? [$"{path}.{name} is there and should not be"]
            : !right.ContainsKey(name) ? [$"{path}.{name} is missing"] : Compare(left[name], right[name], $"{path}.{name}")),
        (JsonArray left, JsonArray right) when left.Count == right.Count => left.Zip(right).SelectMany((pair, index) => Compare(pair.First, pair.Second, $"{path}[{index}]")),
        (JsonValue left, JsonValue right) when left.GetValueKind() == JsonValueKind.String && right.GetValueKind() == JsonValueKind.String =>
            Matches((string)left!, (string)right!) ? [] : [$"{path}: {right} instead of {left}"],
        (JsonValue left, JsonValue right) when left.GetValueKind() == JsonValueKind.String && (string)left! == "{{int}}" && right.GetValueKind() == JsonValueKind.Number =>
            Matches("{{int}}", right.ToJsonString()) ? [] : [$"{path}: {right} instead of a whole number"],
        _ => JsonNode.DeepEquals(expected, actual) ? [] : [$"{path}: {actual?.ToJsonString()} instead of {expected?.ToJsonString()}"],
    };

    static bool Matches(string pattern, string text) => pattern.Contains("{{", StringComparison.Ordinal)
        ? Regex.IsMatch(text, "^" + Placeholder().Replace(Regex.Escape(pattern), match => FormOf(match.Groups[1].Value)) + "$")
        : pattern == text;

    static string FormOf(string placeholder) => placeholder switch
    {
        "int" => "[0-9]+",
        "time" => "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z",
        _ => "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    };

    [GeneratedRegex(@"\\{\\{(int|uuid|time)}}")]
    private static partial Regex Placeholder();
}
