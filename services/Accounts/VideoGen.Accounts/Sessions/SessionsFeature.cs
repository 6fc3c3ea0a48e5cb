using Microsoft.AspNetCore.Http.HttpResults;
using VideoGen.Durability;
using VideoGen.HttpApi.Errors;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Accounts.Sessions;

/// <summary>
/// Sign-ins to the pages that their people ended. Web seals an id into each sign-in's cookie, tells of its end here, and asks here
/// whenever it asks who somebody is. To end every session of a user at once there is the round, see <see cref="Users.ChangePassword"/>.
/// </summary>
internal static class SessionsFeature
{
    public static void AddSessions(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<SessionStore>();
        builder.Services.AddRecurringWork<SessionRetention>(SessionRetention.Name, SessionRetention.Interval);
    }

    public static void MapSessions(this IEndpointRouteBuilder app)
    {
        var ended = app.MapInternal().MapGroup("/ended-sessions/{id:guid}");
        ended.MapPut("", EndAsync);
        ended.MapGet("", FindAsync);
    }

    /// <summary><c>PUT /internal/ended-sessions/{id}</c>: 204, the first time and every other.</summary>
    static async Task<NoContent> EndAsync(Guid id, SessionStore sessions, CancellationToken ct)
    {
        await sessions.EndAsync(id, ct);
        return TypedResults.NoContent();
    }

    /// <summary><c>GET /internal/ended-sessions/{id}</c>: 204 for one that was ended, 404 for any other.</summary>
    static async Task<Results<NoContent, ProblemAnswer>> FindAsync(Guid id, SessionStore sessions, CancellationToken ct) =>
        await sessions.HasEndedAsync(id, ct) ? TypedResults.NoContent() : Problems.Of(ErrorCodes.NotFound);
}
