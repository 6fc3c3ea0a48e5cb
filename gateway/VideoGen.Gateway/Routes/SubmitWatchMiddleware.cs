using VideoGen.HttpApi.Errors;
using Yarp.ReverseProxy.Model;

namespace VideoGen.Gateway.Routes;

/// <summary>
/// A submit may take a minute, while files are fetched for it; a Jobs that says nothing at all is not waited for so long. From the
/// eighth second on it is asked whether it is there, and when it does not say so, the client is told to come back.
/// </summary>
internal sealed class SubmitWatchMiddleware(RequestDelegate next, TimeProvider time)
{
    static readonly TimeSpan Look = TimeSpan.FromSeconds(8);
    static readonly TimeSpan Wait = TimeSpan.FromSeconds(2);

    public async Task InvokeAsync(HttpContext context)
    {
        if (!IsSubmit(context.GetEndpoint()))
        {
            await next(context);
            return;
        }
        var client = context.RequestAborted;
        using var given = CancellationTokenSource.CreateLinkedTokenSource(client);
        context.RequestAborted = given.Token;
        var run = next(context);
        while (await Task.WhenAny(run, Task.Delay(Look, time, client)) != run && !client.IsCancellationRequested)
        {
            if (await context.RequestServices.GetRequiredService<JobsAliveClient>().IsThereAsync(client)) continue;
            await given.CancelAsync();
            await AnswerAsync(context, run, client);
            return;
        }
        context.RequestAborted = client;
        await run;
    }

    static async Task AnswerAsync(HttpContext context, Task run, CancellationToken client)
    {
        try
        {
            await run;
        }
        catch (OperationCanceledException) when (!client.IsCancellationRequested)
        {
            // By us: what it was doing nobody waits for.
        }
        context.RequestAborted = client;
        if (context.Response.HasStarted) return;
        context.Response.Clear();
        await Problems.WriteAsync(context, Problems.Describe(ErrorCodes.ServiceUnavailable,
            "The job could not be made in time; whether it will be is not known. Repeat the request with the same Idempotency-Key."), Wait);
    }

    /// <summary>An upload is Storage's alone.</summary>
    static bool IsSubmit(Endpoint? endpoint) =>
        endpoint?.Metadata.GetMetadata<RoutePolicy>() is { Rate: RateClass.Submit }
        && endpoint.Metadata.GetMetadata<RouteModel>()?.Config.ClusterId?.StartsWith("storage", StringComparison.Ordinal) != true;
}

/// <summary>Whether the process of Jobs runs.</summary>
internal sealed class JobsAliveClient(HttpClient http)
{
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);

    public async Task<bool> IsThereAsync(CancellationToken ct)
    {
        try
        {
            using var answer = await http.GetAsync("alive", ct);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException && !ct.IsCancellationRequested)
        {
            return false; // Which is the answer.
        }
    }
}
