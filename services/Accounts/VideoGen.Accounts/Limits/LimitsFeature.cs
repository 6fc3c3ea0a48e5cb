using VideoGen.Durability;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Accounts.Limits;

/// <summary>Limits that cost money, counted once for all gateways.</summary>
internal static class LimitsFeature
{
    public static void AddLimits(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<LimitStore>();
        builder.Services.AddRecurringWork<LimitRetention>(LimitRetention.Name, LimitRetention.Interval);
    }

    public static void MapLimits(this IEndpointRouteBuilder app) => app.MapInternal().MapPost("/limits/take", TakeLimitEndpoint.PostAsync);
}
