using System.Text.Json.Nodes;

namespace VideoGen.Clients.Tests.Cli;

/// <summary>Answers of the API's shape, right and with one member wrong.</summary>
static class ApiAnswers
{
    public const string JobId = "0199aaaa-0000-7000-8000-000000000009";

    static readonly string[] Wrong =
    [
        "null", "5", "-1", "1e999", "\"x\"", "\"\\u001b]0;t\\u0007\\u202e\\n\"", "[]", "[[]]", "{}", "true", "\"2026-13-99\"",
    ];

    /// <summary>What the API would answer to a request of any of the commands.</summary>
    public static JsonObject To(string line) => line switch
    {
        "GET /v1/models" => Listed(Model()),
        "GET /v1/models/m" => Model(),
        "GET /v1/jobs" => Listed(JobOf()),
        "GET /v1/account/keys" => Listed(new JsonObject { ["id"] = "k", ["name"] = "n", ["expires_at"] = "2026-11-28T00:00:00Z" }),
        "GET /v1/account/ledger" =>
            Listed(new JsonObject { ["kind"] = "capture", ["credits"] = 5, ["created_at"] = "2026-11-28T00:00:00Z" }),
        "POST /v1/account/keys" => new JsonObject { ["secret"] = "vg_test_s", ["key"] = new JsonObject { ["id"] = "k" } },
        "POST /v1/auth/token" => new JsonObject { ["access_token"] = "t" },
        "GET /v1/account" => new JsonObject
        {
            ["id"] = "a", ["email"] = "a@example.com", ["credits"] = new JsonObject { ["available"] = 5 },
            ["cycle_started_at"] = "2026-11-01T00:00:00Z", ["job_limits"] = new JsonObject { ["running_jobs"] = 2 },
        },
        "GET /v1/events" => new JsonObject { ["data"] = new JsonArray(), ["next_cursor"] = "c" },
        "POST /v1/quotes" => new JsonObject { ["credits"] = 5, ["expected_seconds"] = new JsonObject { ["p50"] = 5, ["p90"] = 9 } },
        _ => JobOf(),
    };

    static JsonObject Listed(JsonObject entry) => new() { ["data"] = new JsonArray(entry) };

    static JsonObject Model() => new()
    {
        ["slug"] = "m", ["name"] = "M", ["active"] = true, ["health"] = new JsonObject { ["status"] = "healthy" },
        ["price"] = new JsonObject
        {
            ["credits"] = 5, ["unit"] = "second", ["minimum"] = 1,
            ["factors"] = new JsonArray(new JsonObject { ["field"] = "f", ["percent"] = new JsonObject { ["a"] = 5 } }),
        },
        ["input_schema"] = new JsonObject
        {
            ["required"] = new JsonArray("prompt"),
            ["properties"] = new JsonObject { ["prompt"] = new JsonObject { ["type"] = "string", ["enum"] = new JsonArray("x") } },
        },
    };

    static JsonObject JobOf() => new()
    {
        ["id"] = JobId, ["status"] = "failed", ["model"] = "m", ["test"] = true, ["created_at"] = "2026-11-28T00:00:00Z",
        ["progress"] = new JsonObject { ["percent"] = 5, ["step"] = "s" }, ["credits"] = new JsonObject { ["held"] = 5, ["captured"] = 0 },
        ["error"] = new JsonObject { ["code"] = "c", ["message"] = "m", ["retryable"] = true, ["credits_returned"] = true },
        ["output"] = new JsonObject { ["text"] = "t", ["assets"] = new JsonArray(new JsonObject { ["url"] = "http://127.0.0.1:9/f" }) },
        ["input"] = new JsonObject { ["prompt"] = "x" }, ["metadata"] = new JsonObject { ["a"] = "b" },
    };

    /// <summary>The same with another value in one place, at any depth.</summary>
    public static string Spoiled(JsonObject good, Random random)
    {
        var places = new List<Action<JsonNode?>>();
        Collect(good, places);
        places[random.Next(places.Count)](JsonNode.Parse(Wrong[random.Next(Wrong.Length)]));
        return good.ToJsonString();
    }

    static void Collect(JsonNode? node, List<Action<JsonNode?>> places)
    {
        if (node is JsonObject fields)
        {
            foreach (var name in fields.Select(field => field.Key).ToList())
            {
                places.Add(value => fields[name] = value);
                Collect(fields[name], places);
            }
        }
        else if (node is JsonArray list)
        {
            for (var index = 0; index < list.Count; index++)
            {
                var at = index;
                places.Add(value => list[at] = value);
                Collect(list[at], places);
            }
        }
    }
}
