using VideoGen.Durability;
using VideoGen.Providers.Connectors.Replicate;

namespace VideoGen.Providers.Callbacks;

/// <summary>Vendors that say by themselves when something has changed.</summary>
internal static class CallbacksFeature
{
    public static void AddCallbacks(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<CallbackStore>();
        builder.Services.AddRecurringWork<CallbackRetention>(CallbackRetention.Name, CallbackRetention.Interval);
    }

    /// <param name="internal">The group <c>/internal</c>.</param>
    public static void MapCallbacks(this RouteGroupBuilder @internal) =>
        @internal.MapPost("/callbacks/replicate", (HttpRequest request, ReplicateCallback callback, CancellationToken ct) => callback.HandleAsync(request, ct));
}
