using System.Text.Json;
using Microsoft.Extensions.Options;
using VideoGen.HttpApi;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Links;
using LinkOptions = VideoGen.HttpApi.Links.LinkOptions;
using VideoGen.Jobs.Attempts;
using VideoGen.Jobs.Contracts;
using VideoGen.Storage.Contracts;

namespace VideoGen.Jobs.Read;

/// <summary>Turns a row into what every read and every event shows of a job.</summary>
internal sealed class JobViews(LinkSigner signer, IOptions<LinkOptions> options)
{
    readonly string _publicUrl = options.Value.PublicUrl.TrimEnd('/');

    /// <param name="linkLifetime">How long the links to its files work at least; the configured lifetime when null.</param>
    public JobView Of(JobRow row, DateTimeOffset now, TimeSpan? linkLifetime = null)
    {
        var self = $"{_publicUrl}/v1/jobs/{row.Id}";
        return new JobView(
            row.Id, row.Status, row.Model, row.Kind, row.Test, Json<JsonElement>(row.Input),
            new JobProgress(row.ProgressPercent, row.ProgressStep, row.ProgressMessage), row.QueuePosition, OutputOf(row, now, linkLifetime), ErrorOf(row),
            new JobCredits(row.Price, row.Captured, row.PriceVersion), row.Provider, row.Priority, Json<Dictionary<string, string>>(row.Metadata),
            row.CreatedAt, row.StartedAt, row.EndedAt, row.Version, new JobLinks(self, self + "/events", self + "/cancel"), SlotAt: row.SlotAt,
            StoringAt: row.StoringAt,
            ExpectedSeconds: row.ExpectedSeconds, Attempts: AttemptStory.Of(row));
    }

    /// <summary>A strong tag: it changes whenever the body would, the expiry of its links included.</summary>
    public string ETag(JobRow row, DateTimeOffset now, TimeSpan? linkLifetime = null) =>
        $"\"{row.Version}-{row.QueuePosition ?? 0}-{row.EndedAttempts?.Count ?? 0}-{(row.Output is null ? 0 : Expiry(now, linkLifetime ?? options.Value.Lifetime).ToUnixTimeSeconds())}\"";

    JobOutput? OutputOf(JobRow row, DateTimeOffset now, TimeSpan? lifetime)
    {
        if (row.Output is null) return null;
        var stored = Json<StoredOutput>(row.Output);
        var expires = Expiry(now, lifetime ?? options.Value.Lifetime);
        return new JobOutput([.. stored.Assets.Select(asset => AssetOf(asset, expires))], stored.Text);
    }

    JobAsset AssetOf(StoredAsset asset, DateTimeOffset expires) => new(
        asset.AssetId, asset.Kind, asset.MediaType, asset.SizeBytes, asset.Sha256, asset.Width, asset.Height, asset.DurationSeconds, asset.Fps, asset.HasAudio,
        Link(asset, "content", expires),
        asset.HasThumbnail ? Link(asset, "thumbnail", expires) : null,
        asset.HasPreview ? Link(asset, "preview", expires) : null, asset.Codec, asset.BitrateKbps);

    string Link(StoredAsset asset, string rendition, DateTimeOffset expires) =>
        _publicUrl + signer.Sign($"/v1/assets/{asset.AssetId}/{rendition}", expires);

    /// <summary>Rounded up to a quarter of the lifetime: two reads shortly after one another give the same links.</summary>
    static DateTimeOffset Expiry(DateTimeOffset now, TimeSpan lifetime)
    {
        var step = Math.Max(TimeSpan.TicksPerMinute, lifetime.Ticks / 4);
        return new DateTimeOffset((now.UtcTicks + lifetime.Ticks + step - 1) / step * step, TimeSpan.Zero);
    }

    static JobError? ErrorOf(JobRow row)
    {
        if (row.ErrorCode is null) return null;
        var code = ErrorCodes.Find(row.ErrorCode);
        return new JobError(code.Code, row.ErrorMessage ?? code.Title, code.Retryable, code.CreditsReturned);
    }

    static T Json<T>(string text) => JsonSerializer.Deserialize<T>(text, ApiJson.Options)!;
}

/// <summary>Column <c>output</c>: what Storage keeps of the job's result.</summary>
internal sealed record StoredOutput(IReadOnlyList<StoredAsset> Assets, string? Text);
