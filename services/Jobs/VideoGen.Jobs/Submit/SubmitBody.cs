using System.Text.Json;
using VideoGen.Egress;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Requests;
using VideoGen.Jobs.Contracts;
using VideoGen.Providers.Contracts;

namespace VideoGen.Jobs.Submit;

/// <summary>
/// Takes a submit's body apart by hand, so that every field of a wrong type is named at once; a deserialiser stops at the first.
/// </summary>
internal static class SubmitBody
{
    const int MaxMetadata = 16;
    public const int MaxMetadataKey = 64;
    public const int MaxMetadataValue = 512;

    /// <summary>No plan goes further; what the account's own plan allows is known only from its hold.</summary>
    const int MaxPriority = 100;

    static readonly string[] Fields = ["model", "input", "webhook_url", "metadata", "priority", "simulate"];
    static readonly string[] QuoteFields = ["model", "input"];

    public static SubmitJob Read(JsonElement body, bool testKey, EgressPolicy egress, Faults faults)
    {
        RefuseUnknown(body, "", Fields, faults);
        return new SubmitJob(
            Model(body, faults), Input(body, faults), WebhookUrl(body, egress, faults), Metadata(body, faults), Priority(body, faults),
            Simulate(body, testKey, faults));
    }

    public static QuoteRequest ReadQuote(JsonElement body, Faults faults)
    {
        RefuseUnknown(body, "", QuoteFields, faults);
        return new QuoteRequest(Model(body, faults), Input(body, faults));
    }

    static string? Model(JsonElement body, Faults faults)
    {
        if (Present(body, "model") is { ValueKind: JsonValueKind.String } model && model.GetString() is { Length: > 0 } slug) return slug;
        faults.Add("model", "must be the slug of a model, a text");
        return null;
    }

    static JsonElement? Input(JsonElement body, Faults faults)
    {
        if (Present(body, "input") is { ValueKind: JsonValueKind.Object } input) return input;
        faults.Add("input", "must be an object with the model's inputs");
        return null;
    }

    static string? WebhookUrl(JsonElement body, EgressPolicy egress, Faults faults)
    {
        if (Present(body, "webhook_url") is not { } url) return null;
        if (url.ValueKind != JsonValueKind.String)
        {
            faults.Add("webhook_url", "must be a URL, a text");
            return null;
        }
        var verdict = egress.Check(url.GetString(), EgressProfile.Webhook);
        if (verdict.IsAllowed) return url.GetString();
        faults.Add("webhook_url", "is not usable: " + verdict.Reason.TrimEnd('.'));
        return null;
    }

    static Dictionary<string, string>? Metadata(JsonElement body, Faults faults)
    {
        if (Present(body, "metadata") is not { } metadata) return null;
        if (metadata.ValueKind != JsonValueKind.Object)
        {
            faults.Add("metadata", $"must be an object of at most {MaxMetadata} texts");
            return null;
        }
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in metadata.EnumerateObject())
        {
            if (entry.Name.Length is 0 or > MaxMetadataKey)
                faults.Add("metadata", $"must have keys of 1 to {MaxMetadataKey} characters");
            else if (entry.Value.ValueKind != JsonValueKind.String || entry.Value.GetString() is not { Length: <= MaxMetadataValue } text)
                faults.Add("metadata." + entry.Name, $"must be a text of at most {MaxMetadataValue} characters");
            else
                texts[entry.Name] = text;
        }
        if (metadata.GetPropertyCount() > MaxMetadata) faults.Add("metadata", $"must have at most {MaxMetadata} keys");
        return texts;
    }

    static int? Priority(JsonElement body, Faults faults)
    {
        if (Present(body, "priority") is not { } priority) return null;
        if (priority.ValueKind == JsonValueKind.Number && priority.TryGetInt32(out var value) && value is >= 0 and <= MaxPriority) return value;
        faults.Add("priority", $"must be a whole number from 0 (normal) to the highest of your plan, never above {MaxPriority}");
        return null;
    }

    static SimulatorScript? Simulate(JsonElement body, bool testKey, Faults faults)
    {
        if (Present(body, "simulate") is not { } simulate) return null;
        if (simulate.ValueKind != JsonValueKind.Object)
        {
            faults.Add("simulate", "must be an object");
            return null;
        }
        if (!testKey)
        {
            // Anyone may ask for a simulation that is paid for like the real thing; what it shall do is for test keys to say.
            if (simulate.GetPropertyCount() > 0) faults.Add("simulate", "must be the empty object with a live key; its fields are for test keys");
            return new SimulatorScript();
        }
        RefuseUnknown(simulate, "simulate.", ScriptFields, faults);
        return new SimulatorScript(
            Number(simulate, "delay_seconds", 0, 600, faults), (int?)Number(simulate, "stall_at_percent", 0, 99, faults, whole: true),
            ErrorCodeOf(simulate, faults), (int?)Number(simulate, "fail_at_percent", 0, 99, faults, whole: true),
            Flag(simulate, "lose_acknowledgement", faults), Flag(simulate, "expire_outputs", faults), Flag(simulate, "instant", faults));
    }

    static readonly string[] ScriptFields =
        ["delay_seconds", "stall_at_percent", "fail_with", "fail_at_percent", "lose_acknowledgement", "expire_outputs", "instant"];

    static double? Number(JsonElement script, string name, double least, double most, Faults faults, bool whole = false)
    {
        if (Present(script, name) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= least && number <= most
            && (!whole || number == Math.Floor(number))) return number;
        faults.Add("simulate." + name, $"must be a {(whole ? "whole " : "")}number from {least} to {most}");
        return null;
    }

    static string? ErrorCodeOf(JsonElement script, Faults faults)
    {
        if (Present(script, "fail_with") is not { } value) return null;
        if (value.ValueKind == JsonValueKind.String && ErrorCodes.All.Any(code => code.Code == value.GetString())) return value.GetString();
        faults.Add("simulate.fail_with", "must be an error code, for example " + ErrorCodes.ContentRejected.Code);
        return null;
    }

    static bool Flag(JsonElement script, string name, Faults faults)
    {
        if (Present(script, name) is not { } value) return false;
        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False)) faults.Add("simulate." + name, "must be true or false");
        return value.ValueKind == JsonValueKind.True;
    }

    static void RefuseUnknown(JsonElement element, string prefix, string[] known, Faults faults)
    {
        foreach (var property in element.EnumerateObject().Where(property => !known.Contains(property.Name, StringComparer.Ordinal)))
            faults.Add(prefix + property.Name, "is not a field here; allowed: " + string.Join(", ", known));
    }

    /// <summary>A field that is there and not null.</summary>
    static JsonElement? Present(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
