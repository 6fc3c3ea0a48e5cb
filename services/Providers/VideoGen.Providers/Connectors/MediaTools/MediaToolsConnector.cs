using VideoGen.Providers.Catalog;
using VideoGen.Providers.Connectors.Local;
using VideoGen.Providers.Contracts;

namespace VideoGen.Providers.Connectors.MediaTools;

/// <summary>Small work on finished media, done here by ffmpeg. Its models: <c>trim</c>, <c>compose</c>, <c>extract-frame</c>, <c>extract-audio</c>.</summary>
internal sealed class MediaToolsConnector(LocalRenders renders) : IConnector
{
    public const string ConnectorName = "media-tools";

    /// <summary>Each tool with the number of videos it takes.</summary>
    static readonly Dictionary<string, (int Fewest, int Most)> Tools = new(StringComparer.Ordinal)
    {
        ["trim"] = (1, 1),
        ["compose"] = (2, 10),
        ["extract-frame"] = (1, 1),
        ["extract-audio"] = (1, 1),
    };

    public string Name => ConnectorName;

    public ConnectorKind Kind => ConnectorKind.Local;

    public bool IsConfigured => true;

    public TimeSpan PollEvery => TimeSpan.FromSeconds(1);

    public void CheckRoute(JsonPlace place, ConnectorRoute route)
    {
        if (!Tools.ContainsKey(route.Model)) place["model"].Fault($"must be one of {string.Join(", ", Tools.Keys)} for the media tools");
        place["settings"].OnlyMembers();
    }

    public async Task<CreateAnswer> CreateAsync(CreateRequest request, CancellationToken ct)
    {
        var (fewest, most) = Tools[request.Model];
        var videos = request.Assets.Where(asset => asset.Field == "video" || asset.Field.StartsWith("videos[", StringComparison.Ordinal)).ToList();
        if (videos.Count < fewest || videos.Count > most)
            return new CreateAnswer.Refused(Refusal.OfInput(most == 1 ? "video is missing." : $"videos must be {fewest} to {most}."));
        var order = new RenderOrder(request.ClientReference, Name, request.Model, request.Input, videos, request.Script, request.Deadline);
        return await renders.AcceptAsync(order, delivered: null, ct);
    }

    public Task<VendorState> GetAsync(VendorWork work, CancellationToken ct) => renders.GetAsync(work.VendorId, ct);

    public Task<CancelAnswer> CancelAsync(VendorWork work, CancellationToken ct) => renders.CancelAsync(work.VendorId, ct);

    public Task<FindAnswer> FindAsync(LostWork lost, CancellationToken ct) => renders.FindAsync(lost.ClientReference, ct);

    public Task<VendorState> RenewOutputsAsync(VendorWork work, CancellationToken ct) => renders.RenewAsync(work.VendorId, ct);
}
