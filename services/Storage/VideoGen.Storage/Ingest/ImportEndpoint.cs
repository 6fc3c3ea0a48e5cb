using Microsoft.Extensions.Options;
using VideoGen.Durability;
using VideoGen.Egress;
using VideoGen.HttpApi.Errors;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.Storage.Assets;
using VideoGen.Storage.Contracts;
using VideoGen.Storage.Links;
using VideoGen.Storage.Media;
using VideoGen.Storage.Objects;
using VideoGen.Storage.Uploads;

namespace VideoGen.Storage.Ingest;

/// <summary>
/// <c>POST /internal/assets/import</c>: fetches what a customer's URL serves, through the egress guard, and keeps it as an upload of the
/// account. Every fault of the URL or of what it serves is 400 <c>invalid_media</c> with a sentence for the customer.
/// </summary>
internal sealed class ImportEndpoint(
    EgressClient egress, Intake intake, UploadKeeper keeper, AssetLinks links, WorkFolder folder, IObjectStore objects,
    IOptions<StorageOptions> options)
{
    const int DefaultValidSeconds = 24 * 3600;
    const int MaxValidSeconds = 30 * 24 * 3600;

    /// <param name="caller">On whose behalf one of our services asks; null when it asks for itself.</param>
    public async Task<IResult> AnswerAsync(ImportAsset request, Caller? caller, UnitOfWork work, CancellationToken ct)
    {
        if (!Uri.TryCreate(request.Url, UriKind.Absolute, out var url)) return Invalid("The URL is not valid.");
        if (request.ValidSeconds is < 1 or > MaxValidSeconds) return Problems.OfField("valid_seconds", $"must be from 1 to {MaxValidSeconds}.");
        if (!objects.HasRoomFor(0)) return NoRoom();
        using var target = folder.New();
        try
        {
            var (received, fault) = await DownloadAsync(url, target, ct);
            if (received is null) return Invalid(fault);
            var intaken = await intake.PrepareAsync(received, [.. request.Kinds ?? []], ct);
            if (intaken is not IntakeResult.Ready { File: var file }) return Invalid(((IntakeResult.Refused)intaken).Reason);
            using (file)
            {
                var name = FileNames.Clean(Uri.UnescapeDataString(url.AbsolutePath), "import", file.Facts.Extension);
                var asset = await keeper.KeepAsync(file, new World(request.AccountId, request.Test), name, caller?.RetentionDays, work);
                return TypedResults.Ok(ResolveEndpoint.Of(asset, links, TimeSpan.FromSeconds(request.ValidSeconds ?? DefaultValidSeconds)));
            }
        }
        catch (IOException full) when (DiskFlush.IsFull(full))
        {
            return NoRoom();
        }
        catch (ObjectStoreException)
        {
            return Problems.Of(ErrorCodes.ServiceUnavailable, "The storage can't be reached at present.", retryAfter: TimeSpan.FromSeconds(10));
        }
    }

    async Task<(ReceivedFile? File, string Fault)> DownloadAsync(Uri url, WorkFile target, CancellationToken ct)
    {
        await using var file = new HashingStream(target.Path);
        var download = await egress.DownloadAsync(url, EgressProfile.Media, file, new EgressLimits(options.Value.MaxUploadBytes), ct);
        if (!download.IsComplete) return (null, download.Failure.Message);
        return file.SizeBytes > 0 ? (new ReceivedFile(target.Path, file.Sha256(), file.SizeBytes), "") : (null, "The URL serves an empty file.");
    }

    static ProblemAnswer Invalid(string reason) => Problems.OfField("url", reason, ErrorCodes.InvalidMedia);

    static ProblemAnswer NoRoom() => Problems.Of(ErrorCodes.ServiceUnavailable, "There is no room for new files at present.", retryAfter: TimeSpan.FromMinutes(1));
}
