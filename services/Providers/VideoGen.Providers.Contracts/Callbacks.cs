namespace VideoGen.Providers.Contracts;

/// <summary>
/// Answer of <c>POST /internal/callbacks/{vendor}</c>, which is the native <c>/callbacks/{vendor}</c> for a dialect's own door. It takes the vendor's request as it came: 200, genuine or not. Without a configured
/// secret: 503 <c>service_unavailable</c>.
/// </summary>
/// <param name="Accepted">The signature is genuine; it may be a repetition.</param>
/// <param name="Fault">Why not, otherwise.</param>
public sealed record CallbackAnswer(bool Accepted, string? Fault);
