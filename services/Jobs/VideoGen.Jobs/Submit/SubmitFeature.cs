using VideoGen.Accounts.Contracts;
using VideoGen.Durability;
using VideoGen.Egress;
using VideoGen.HttpApi.Description;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Requests;
using VideoGen.Jobs.Contracts;
using VideoGen.Providers.Contracts;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.ServiceDefaults.Resilience;

namespace VideoGen.Jobs.Submit;

/// <summary>Making jobs.</summary>
internal static class SubmitFeature
{
    /// <summary>Leaves time to say so, when Accounts does not answer, before the client's own patience ends.</summary>
    static readonly TimeSpan HoldsTimeout = TimeSpan.FromSeconds(5);

    const string Example = """
        {"model": "wan2.1", "input": {"prompt": "A lighthouse in a storm"}, "metadata": {"customer": "4711"}}
        """;

    public static void AddSubmit(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<SubmitOptions>().BindConfiguration(SubmitOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddOptions<InlineOptions>().BindConfiguration(InlineOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddEgress();
        builder.Services.AddServiceClient<HoldsClient>("accounts", HoldsTimeout);
        builder.Services.AddServiceClient<AssetsClient>("storage", AssetsClient.LongestFetch);
        builder.Services.AddSingleton<SubmitStore>();
        builder.Services.AddSingleton<IdempotencyStore>();
        builder.Services.AddSingleton<KeyTurns>();
        builder.Services.AddScoped<SubmitFiles>();
        builder.Services.AddScoped<InlineAssets>();
        builder.Services.AddScoped<InputAssets>();
        builder.Services.AddScoped<JobDrafts>();
        builder.Services.AddScoped<JobSubmit>();
        builder.Services.AddScoped<SubmitRun>();
        builder.Services.AddScoped<SubmitPatience>();
        builder.Services.AddSingleton<ProcessLockStore>();
        builder.Services.AddHostedService<ProcessLockWorker>();
        builder.Services.AddScoped<SubmitEndpoint>();
        DescribeShapes(builder.Services);
        builder.Services.AddRecurringWork<IdempotencyRetention>(IdempotencyRetention.Name, IdempotencyRetention.Interval);
        builder.Services.AddRecurringWork<ConfirmHolds>(ConfirmHolds.Name, ConfirmHolds.Interval, work => work.InEveryProcess = true);
        builder.Services.AddRecurringWork<AbandonedSubmits>(AbandonedSubmits.Name, AbandonedSubmits.Interval, work =>
        {
            // A process that dies while it clears up must not keep the others from it.
            work.InEveryProcess = true;
            work.LongestBackoff = TimeSpan.FromSeconds(5);
        });
    }

    static void DescribeShapes(IServiceCollection services)
    {
        services.DescribeShape<SubmitJob>(shape => shape.Requires("model", "input").OpenObject("input"));
        services.DescribeShape<SimulatorScript>(shape => shape.Requires().Words("fail_with", ErrorCodes.All.Select(code => code.Code)));
    }

    public static void MapSubmit(this IEndpointRouteBuilder app) => app
        .MapPost("/v1/jobs", (HttpRequest request, Caller caller, SubmitEndpoint endpoint, CancellationToken ct) => endpoint.HandleAsync(request, caller, ct))
        .RequireScope(Scope.JobsWrite)
        .WithName("SubmitJob").WithTags("Jobs")
        .WithSummary("Make a job")
        .WithDescription("""
            Checks the input against the model's JSON Schema, sets the price aside and queues the job. Send an `Idempotency-Key` (1 to 255 visible
            ASCII characters) to make repetitions safe: the same key and body get the first answer again, with `Idempotent-Replayed: true`, for 30 days.
            Bodies are the same when their canonical JSON (RFC 8785) is. A repetition that comes while the first request is at work
            waits for its answer. A media input is the id of an asset, an http(s) URL, or the file itself as
            `data:image/png;base64,…`, up to the size of an upload.
            A model that its vendor will end is told by `Deprecation` and `Sunset`; once it has ended, the job is made with its successor, at that
            one's price, if it takes the input as it is. Else the answer is 410 and names the successor and how its inputs differ.
            """)
        .Accepts<SubmitJob>("application/json").WithBodyExample(Example).TakesIdempotencyKey()
        .Produces<JobView>(StatusCodes.Status202Accepted)
        .ShowsHeader(202, "Location", "Where the job is read.")
        .ShowsHeader(202, "Idempotent-Replayed", "`true` when an earlier request with this key made the job.")
        .ShowsRetirement(202)
        .Refuses(400, 402, 409, 410, 413, 422, 429, 503);
}
