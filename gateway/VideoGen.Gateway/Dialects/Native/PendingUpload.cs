using VideoGen.HttpApi.Errors;
using VideoGen.Storage.Contracts;

namespace VideoGen.Gateway.Dialects.Native;

/// <summary>
/// A file that was stored for a request which may still be refused. Unless it is kept, it is deleted when the request ends,
/// whether the client is still there or not.
/// </summary>
internal sealed partial class PendingUpload(NativeApi native, ILogger log) : IAsyncDisposable
{
    static readonly TimeSpan DeleteTimeout = TimeSpan.FromSeconds(5);

    NativeResult<AssetView>? _answer;
    bool _kept;

    /// <summary>True once a file part came.</summary>
    public bool IsPresent => _answer is not null;

    /// <summary>What Storage said to it; only when <see cref="IsPresent"/>.</summary>
    public NativeResult<AssetView> Answer => _answer!.Value;

    /// <summary>Stores the first file of that name; later ones are read past.</summary>
    public async Task TakeAsync(FormFile file, CancellationToken ct) =>
        _answer ??= await native.Uploads.UploadAsync(file.Content, file.FileName, file.MediaType, ct);

    /// <summary>The file is somebody's now, or may be.</summary>
    public void Keep() => _kept = true;

    /// <summary>
    /// Keeps the file unless the submit was refused for certain: after a lost answer the job may exist, and it needs its file.
    /// A submit that was answered from its <c>Idempotency-Key</c> has its own file from the first time.
    /// </summary>
    /// <param name="isUsed">Whether the job names this file.</param>
    public void KeepIfUsed<T>(NativeResult<T> submitted, Func<T, bool> isUsed)
        where T : class
    {
        if (submitted.Succeeded ? isUsed(submitted.Value) : submitted.Refusal.Problem.Status >= StatusCodes.Status500InternalServerError) Keep();
    }

    public async ValueTask DisposeAsync()
    {
        if (_kept || _answer is not { Value: { } asset }) return;
        using var deadline = new CancellationTokenSource(DeleteTimeout);
        var deleted = await native.Assets.DeleteAsync(asset.Id, deadline.Token);
        if (!deleted.Succeeded && !deleted.IsRefusedWith(ErrorCodes.NotFound)) Log.NotDeleted(log, asset.Id, deleted.Refusal.Problem.Code);
    }

    static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Upload {Asset} of a refused request could not be deleted: {Code}; retention will")]
        public static partial void NotDeleted(ILogger log, Guid asset, string code);
    }
}
