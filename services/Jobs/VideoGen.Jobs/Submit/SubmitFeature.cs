using VideoGen.Accounts.Contracts;
using VideoGen.Durability;
using VideoGen.Egress;
using VideoGen.HttpApi.Errors;
using VideoGen.Jobs.Contracts;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.ServiceDefaults.Resilience;

namespace VideoGen.Jobs.Submit;

/// <summary>Making jobs.</summary>
internal static class SubmitFeature
{
    /// <summary>Fetching a customer's URL may take a minute.</summary>
    static readonly TimeSpan AssetsTimeout = TimeSpan.FromSeconds(70);

    public static void AddSubmit(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<SubmitOptions>().BindConfiguration(SubmitOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddEgress();
        builder.Services.AddServiceClient<HoldsClient>("accounts");
        builder.Services.AddServiceClient<AssetsClient>("storage", AssetsTimeout);
        builder.Services.AddSingleton<SubmitStore>();
        builder.Services.AddSingleton<IdempotencyStore>();
        builder.Services.AddSingleton<KeyTurns>();
        builder.Services.AddScoped<InputAssets>();
        builder.Services.AddScoped<JobDrafts>();
        builder.Services.AddScoped<JobSubmit>();
        builder.Services.AddScoped<SubmitEndpoint>();
        builder.Services.AddRecurringWork<IdempotencyRetention>(IdempotencyRetention.Name, IdempotencyRetention.Interval);
    }

    public static void MapSubmit(this IEndpointRouteBuilder app) => app
        .MapPost("/v1/jobs", (HttpRequest request, Caller caller, SubmitEndpoint endpoint, CancellationToken ct) => endpoint.HandleAsync(request, caller, ct))
        .RequireScope(Scope.JobsWrite)
        .WithName("SubmitJob").WithTags("Jobs")
        .WithSummary("Make a job")
        .WithDescription("""
            Checks the input against the model's JSON Schema, sets the price aside and queues the job. Send an `Idempotency-Key` (1 to 255 visible
            ASCII characters) to make repetitions safe: the same key and body get the first answer again, with `Idempotent-Replayed: true`, for 30 days.
            """)
        .Accepts<SubmitJob>("application/json")
        .Produces<JobView>(StatusCodes.Status202Accepted)
        .Produces<Problem>(400, Problems.ContentType).Produces<Problem>(402, Problems.ContentType).Produces<Problem>(409, Problems.ContentType)
        .Produces<Problem>(413, Problems.ContentType).Produces<Problem>(422, Problems.ContentType).Produces<Problem>(429, Problems.ContentType);
}
