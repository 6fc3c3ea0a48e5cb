using System.Globalization;
using System.Text.Json;
using VideoGen.Providers.Contracts;

namespace VideoGen.Web.Studio;

/// <summary>A model as <c>GET /v1/models</c> shows it, as far as the pages need it.</summary>
public sealed record StudioModel(
    string Slug, string Name, string Kind, string Family, string Vendor, string Description, PriceRule Price, JsonElement InputSchema,
    int ExpectedSeconds, bool Active, StudioModelHealth Health)
{
    /// <summary>Stable, so that a model looks the same everywhere; one of the eight colours of the style sheet.</summary>
    public int Hue => Slug.Aggregate(7, (sum, letter) => ((sum * 31) + letter) & 0xffff) % 8;

    public string PriceText => string.Create(CultureInfo.InvariantCulture, $"{Price.Credits:#,0} credits / {Price.Unit}");

    public string TimeText => ExpectedSeconds < 90
        ? string.Create(CultureInfo.InvariantCulture, $"about {ExpectedSeconds} s")
        : string.Create(CultureInfo.InvariantCulture, $"about {ExpectedSeconds / 60.0:0.#} min");

    /// <summary>What the health means for who wants to make something now.</summary>
    public (string Tone, string Text) HealthText => Health.Status switch
    {
        _ when !Active => ("off", "Retired"),
        "healthy" => ("good", "Healthy"),
        "degraded" => ("fair", "Some jobs fail"),
        "unavailable" => ("bad", "Unavailable"),
        _ => ("idle", "Ready"),
    };

    /// <summary>Whether one of its inputs takes a file of this kind.</summary>
    public bool Takes(string media) => Field.Of(InputSchema).Any(field => field.Media.Contains(media, StringComparer.Ordinal));
}

/// <param name="Status"><c>healthy</c>, <c>degraded</c>, <c>unavailable</c> or <c>unknown</c>.</param>
public sealed record StudioModelHealth(string Status, double? SuccessRate, double? MedianSeconds);
