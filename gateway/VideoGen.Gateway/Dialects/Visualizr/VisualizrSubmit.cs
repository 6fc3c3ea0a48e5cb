using System.Text.Json;
using System.Text.Json.Nodes;
using VideoGen.Gateway.Dialects.Native;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Requests;
using VideoGen.Jobs.Contracts;
using VideoGen.Providers.Contracts;

namespace VideoGen.Gateway.Dialects.Visualizr;

/// <summary>What the three submits have in common.</summary>
internal static class VisualizrSubmit
{
    /// <summary>Inputs that are the text prompt: a fault of theirs has a code of its own.</summary>
    static readonly string[] Prompts = ["prompt", "motion_prompt"];

    /// <summary>Submits a JSON body as it stands, without the model's name.</summary>
    public static Task<NativeResult<JobView>> SubmitAsync(HttpRequest request, NativeApi native, string route, CatalogModel model, JsonObject input, CancellationToken ct)
    {
        var fingerprint = RequestFingerprint.Of($"visualizr POST {route} {model.Slug}", input);
        return SubmitAsync(request, native, model, input, fingerprint, ct);
    }

    public static async Task<NativeResult<JobView>> SubmitAsync(
        HttpRequest request, NativeApi native, CatalogModel model, JsonObject input, string fingerprint, CancellationToken ct)
    {
        var ask = new SubmitJob(model.Slug, JsonSerializer.SerializeToElement(input));
        var submitted = await native.Submits.SubmitAsync(ask, RequestFingerprint.KeyOf(request), fingerprint, ct);
        return submitted.Succeeded ? submitted : FaultsOf(submitted.Refusal, model.InputSchema);
    }

    /// <summary>The members that every submit's answer begins with; <c>Location</c> names the status route.</summary>
    public static JsonObject ShapeOf(HttpResponse response, DialectRequest mine, JobView job, CatalogModel model)
    {
        var requestId = VisualizrId.OfRequest(job);
        response.Headers.Location = mine.PathTo($"{VisualizrDialect.Api}/generate/status/{requestId}");
        return new JsonObject
        {
            ["request_id"] = requestId,
            ["status"] = VisualizrJob.StatusOf(job),
            ["estimated_time_seconds"] = job.ExpectedSeconds ?? model.ExpectedSeconds,
        };
    }

    /// <summary>A text that is there and is blank; what is missing or no text the model's schema refuses.</summary>
    public static bool IsBlankPrompt(JsonObject input) =>
        input["prompt"] is JsonValue value && value.TryGetValue<string>(out var text) && TextRules.IsBlank(text);

    /// <summary>Every fault in the order of the model's schema; whether it is the prompt's or the parameters', the first one decides.</summary>
    static ProblemAnswer FaultsOf(ProblemAnswer refusal, JsonElement schema)
    {
        var code = ErrorCodes.Find(refusal.Problem.Code);
        if (code != ErrorCodes.InvalidRequest && code != ErrorCodes.InvalidMedia) return refusal;
        if (InputFault.AllOf(refusal, schema) is not [var first, ..] faults) return refusal;
        var details = string.Join("; ", faults.Select(fault => $"{fault.Field} {fault.Text}"));
        return Prompts.Contains(first.Field, StringComparer.Ordinal) ? VisualizrErrors.PromptFault(details) : Problems.Of(code, details);
    }
}
