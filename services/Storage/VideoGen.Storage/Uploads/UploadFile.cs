using VideoGen.Durability;
using VideoGen.Ffmpeg.Formats;
using VideoGen.Ffmpeg.Probing;
using VideoGen.HttpApi.Errors;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.Storage.Assets;
using VideoGen.Storage.Links;
using VideoGen.Storage.Media;
using VideoGen.Storage.Objects;

namespace VideoGen.Storage.Uploads;

/// <summary>
/// <c>POST /v1/uploads</c>. The same bytes sent twice make two assets with objects of their own: deleting one never touches the
/// other, at the price of the disk. A client that leaves in the middle leaves nothing behind.
/// </summary>
internal sealed class UploadFile(
    UploadReader reader, Intake intake, UploadKeeper keeper, AssetLinks links, WorkFolder work, IObjectStore objects)
{
    static readonly TimeSpan FullRetry = TimeSpan.FromMinutes(1);
    static readonly TimeSpan AwayRetry = TimeSpan.FromSeconds(10);

    public async Task<IResult> AnswerAsync(Caller caller, HttpRequest request, UnitOfWork unit, CancellationToken ct)
    {
        if (!objects.HasRoomFor(request.ContentLength ?? 0)) return NoRoom();
        using var target = work.New();
        try
        {
            var body = await reader.ReadAsync(request, target, ct);
            if (body is not UploadBody.Received received) return ((UploadBody.Refused)body).Problem;

            var intaken = await intake.PrepareAsync(received.File, kinds: [], ct);
            if (intaken is not IntakeResult.Ready { File: var file }) return Invalid(((IntakeResult.Refused)intaken).Reason);
            using (file)
            {
                return Contradiction(received, file.Facts) is { } fault ? Invalid(fault) : await KeepAsync(caller, request, received, file, unit);
            }
        }
        catch (IOException full) when (DiskFlush.IsFull(full))
        {
            return NoRoom();
        }
        catch (ObjectStoreException)
        {
            return Problems.Of(ErrorCodes.ServiceUnavailable, "The storage can't be reached at present.", retryAfter: AwayRetry);
        }
    }

    async Task<IResult> KeepAsync(Caller caller, HttpRequest request, UploadBody.Received received, PreparedFile file, UnitOfWork unit)
    {
        var name = FileNames.Clean(received.Name, "upload", file.Facts.Extension);
        var asset = await keeper.KeepAsync(file, caller.MakesIn, name, caller.RetentionDays, unit);
        return TypedResults.Created($"{request.PathBase}/v1/assets/{asset.Id}", links.View(asset));
    }

    /// <summary>
    /// The bytes decide what a file is; a wrong picture format in its name is put right without a word. But a video that is sent as a picture,
    /// or the reverse, is a mistake that the sender would rather hear of now.
    /// </summary>
    internal static string? Contradiction(UploadBody.Received received, MediaFacts facts)
    {
        var declared = KindOf(received.DeclaredType) ?? MediaFormat.All.FirstOrDefault(format => received.Name?.EndsWith(format.Extension, StringComparison.OrdinalIgnoreCase) == true)?.Kind;
        return declared is not null && declared == "image" != (facts.Kind == "image")
            ? $"The file was sent as {(declared == "image" ? "an image" : $"{(declared == "audio" ? "an" : "a")} {declared}")}, but its bytes are {facts.MediaType}."
            : null;
    }

    static string? KindOf(string? mediaType) => mediaType?.Split('/')[0].Trim().ToLowerInvariant() is "image" or "video" or "audio" ? mediaType.Split('/')[0].Trim().ToLowerInvariant() : null;

    static ProblemAnswer Invalid(string reason) => Problems.OfField("file", reason, ErrorCodes.InvalidMedia);

    static ProblemAnswer NoRoom() => Problems.Of(ErrorCodes.ServiceUnavailable, "There is no room for new files at present; the operator has to make some.", retryAfter: FullRetry);
}
