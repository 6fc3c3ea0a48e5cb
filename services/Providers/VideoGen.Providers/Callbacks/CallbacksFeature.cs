using Microsoft.AspNetCore.Mvc;
using VideoGen.Durability;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Requests;
using VideoGen.Providers.Contracts;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Providers.Callbacks;

/// <summary>Vendors that say by themselves when work has changed. Each brings its <see cref="ICallbackSource"/>.</summary>
internal static class CallbacksFeature
{
    /// <summary>Vendors send a description of the work, not the work; the gateway's own limit is usually lower.</summary>
    const int MaxBodyBytes = 1024 * 1024;

    public static void AddCallbacks(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<CallbackStore>();
        builder.Services.AddScoped<CallbackReceiver>();
        builder.Services.AddRecurringWork<CallbackRetention>(CallbackRetention.Name, CallbackRetention.Interval);
    }

    /// <summary>The vendors' own door, open to everybody: the signature is the credential.</summary>
    public static void MapCallbacks(this IEndpointRouteBuilder app) =>
        app.MapPost("/callbacks/{vendor}",
            async (string vendor, HttpRequest request, CallbackReceiver receiver, CancellationToken ct) =>
                await receiver.ReceiveAsync(vendor, request, ct) switch
                {
                    CallbackOutcome.Taken => Results.Json(new { received = true }),
                    CallbackOutcome.Answered answered => Results.Json(answered.Answer),
                    CallbackOutcome.Refused refused => Problems.Of(ErrorCodes.Unauthorized, refused.Fault),
                    var closed => Closed(closed),
                })
            .OpenToPublic().TakesAnything().ExcludeFromDescription().WithMetadata(new RequestSizeLimitAttribute(MaxBodyBytes));

    /// <summary>For the doors of dialects, whose statuses are their own.</summary>
    /// <param name="internal">The group <c>/internal</c>.</param>
    public static void MapDialectCallbacks(this RouteGroupBuilder @internal) =>
        @internal.MapPost("/callbacks/{vendor}",
            async (string vendor, HttpRequest request, CallbackReceiver receiver, CancellationToken ct) =>
                await receiver.ReceiveAsync(vendor, request, ct) switch
                {
                    CallbackOutcome.Taken or CallbackOutcome.Answered => Results.Json(new CallbackAnswer(Accepted: true, Fault: null)),
                    CallbackOutcome.Refused refused => Results.Json(new CallbackAnswer(Accepted: false, refused.Fault)),
                    var closed => Closed(closed),
                })
            .WithMetadata(new RequestSizeLimitAttribute(MaxBodyBytes));

    static ProblemAnswer Closed(CallbackOutcome outcome) => outcome is CallbackOutcome.NotSetUp vendor
        ? Problems.Of(ErrorCodes.ServiceUnavailable, $"Callbacks of {vendor.Title} are not set up here.")
        : Problems.Of(ErrorCodes.NotFound);
}
