using Microsoft.Extensions.Options;
using VideoGen.Durability;

namespace VideoGen.Providers.Callbacks;

/// <summary>Vendors that say by themselves when something has changed.</summary>
internal static class CallbacksFeature
{
    public static void AddCallbacks(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<ReplicateOptions>().BindConfiguration("Replicate").ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<ReplicateOptions>, ReplicateOptionsValidator>();
        builder.Services.AddSingleton<CallbackStore>();
        builder.Services.AddScoped<ReplicateCallback>();
        builder.Services.AddRecurringWork<CallbackRetention>(CallbackRetention.Name, CallbackRetention.Interval);
    }

    /// <param name="internal">The group <c>/internal</c>.</param>
    public static void MapCallbacks(this RouteGroupBuilder @internal) =>
        @internal.MapPost("/callbacks/replicate", (HttpRequest request, ReplicateCallback callback, CancellationToken ct) => callback.HandleAsync(request, ct));
}
