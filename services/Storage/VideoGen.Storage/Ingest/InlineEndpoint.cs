using System.Globalization;
using VideoGen.Durability;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Requests;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.Storage.Assets;
using VideoGen.Storage.Links;
using VideoGen.Storage.Media;
using VideoGen.Storage.Objects;
using VideoGen.Storage.Uploads;

namespace VideoGen.Storage.Ingest;

/// <summary>
/// <c>POST /internal/assets/inline</c>: keeps the body, a file that a customer sent inside of a request to Jobs, as an upload of
/// the account.
/// Unlike the type of an upload's form, which browsers guess, the one of a data URI was written by its sender: it must be true.
/// Every fault is a 4xx with a sentence for the customer.
/// </summary>
internal sealed class InlineEndpoint(
    UploadReader reader, Intake intake, UploadKeeper keeper, AssetLinks links, WorkFolder folder, IObjectStore objects)
{
    const int MaxValidSeconds = 30 * 24 * 3600;

    static readonly string[] AllKinds = ["video", "image", "audio"];

    public static readonly QueryParameter[] Query =
    [
        QueryParameter.Id("account_id", "Whose it is.", isRequired: true),
        QueryParameter.Whole("valid_seconds", 1, MaxValidSeconds, "How long the link in the answer must work."),
        QueryParameter.Flag("test", "The world that it belongs to."),
        QueryParameter.Word("kind", "What it may turn out to be; any when it is not said.", AllKinds) with { IsList = true },
    ];

    /// <param name="caller">On whose behalf one of our services asks; null when it asks for itself.</param>
    public async Task<IResult> AnswerAsync(HttpRequest request, Caller? caller, UnitOfWork work, CancellationToken ct)
    {
        if (!objects.HasRoomFor(request.ContentLength ?? 0)) return NoRoom();
        using var target = folder.New();
        try
        {
            var body = await reader.ReadAsync(request, target, ct);
            if (body is not UploadBody.Received received) return ((UploadBody.Refused)body).Problem;
            var intaken = await intake.PrepareAsync(received.File, [.. request.Query["kind"].OfType<string>()], ct);
            if (intaken is not IntakeResult.Ready { File: var file }) return Invalid(((IntakeResult.Refused)intaken).Reason);
            using (file)
            {
                return DataUri.IsNameOf(received.DeclaredType!.ToLowerInvariant(), file.Facts.MediaType)
                    ? await KeepAsync(request.Query, caller, file, work)
                    : Invalid($"It says that it is {received.DeclaredType}, but its bytes are {file.Facts.MediaType}.");
            }
        }
        catch (IOException full) when (DiskFlush.IsFull(full))
        {
            return NoRoom();
        }
        catch (ObjectStoreException)
        {
            return Problems.Of(ErrorCodes.ServiceUnavailable, "The storage can't be reached at present.",
                retryAfter: TimeSpan.FromSeconds(10));
        }
    }

    async Task<IResult> KeepAsync(IQueryCollection query, Caller? caller, PreparedFile file, UnitOfWork work)
    {
        var test = query["test"] is [{ } text] ? text == "true" : (bool?)null;
        var world = new World(Guid.Parse(query["account_id"].ToString()), test);
        var name = FileNames.Clean("inline", "inline", file.Facts.Extension);
        var asset = await keeper.KeepAsync(file, world, name, caller?.RetentionDays, work);
        var seconds = query["valid_seconds"] is [{ } given] ? int.Parse(given, CultureInfo.InvariantCulture) : 24 * 3600;
        return TypedResults.Ok(ResolveEndpoint.Of(asset, links, TimeSpan.FromSeconds(seconds)));
    }

    static ProblemAnswer Invalid(string reason) => Problems.OfField("file", reason, ErrorCodes.InvalidMedia);

    static ProblemAnswer NoRoom() =>
        Problems.Of(ErrorCodes.ServiceUnavailable, "There is no room for new files at present.", retryAfter: TimeSpan.FromMinutes(1));
}
