using System.Text.Json.Nodes;
using VideoGen.Egress;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Requests;
using VideoGen.Providers.Contracts;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.Storage.Contracts;

namespace VideoGen.Jobs.Submit;

/// <summary>
/// Turns what asset inputs name (ids of the account's assets, http(s) URLs that Storage fetches, or data URIs that it is sent) into assets
/// with links. All ids are looked up in one call; a URL is fetched, and a file is stored, only when nothing else is wrong with the request.
/// </summary>
internal sealed class InputAssets(AssetsClient storage, EgressPolicy egress, InlineAssets inline, SubmitPatience patience)
{
    /// <summary>More than any model takes; it keeps one submit from fetching the whole internet.</summary>
    const int MaxAssets = 32;

    /// <summary>Whether a path of the body leads to one of the model's inputs, which are looked at one by one.</summary>
    public static bool IsInInput(string path) => path.StartsWith("input.", StringComparison.Ordinal);

    /// <summary>Adds faults under <c>input.…</c>; replaces URLs and files in the input by the ids of the assets they became.</summary>
    /// <param name="world">Whose assets may be named, and where fetched ones belong.</param>
    /// <param name="schema">Tells which inputs are assets.</param>
    /// <param name="input">Checked against the schema; faulty fields are left out.</param>
    /// <param name="validSeconds">How long the links must work.</param>
    /// <param name="fetch">Whether URLs are fetched and files stored; without, they are only looked at.</param>
    /// <param name="faults">Takes what is wrong.</param>
    public async Task<AssetsOutcome> ResolveAsync(
        World world, InputSchema schema, JsonObject input, int validSeconds, bool fetch, Faults faults, CancellationToken ct)
    {
        var all = Places(schema, input).ToList();
        inline.AddStray(input, [.. all.Select(place => place.Path)], faults);
        var places = all.Where(place => !faults.Has(place.Path)).ToList();
        if (places.Count > MaxAssets)
        {
            faults.Add("input", $"must not name more than {MaxAssets} assets");
            return new AssetsOutcome([], Refusal: null);
        }
        var found = new Dictionary<Place, ResolvedAsset>();
        var refusal = await LookUpAsync(world, [.. places.Where(place => place.Id is not null)], validSeconds, found, faults, ct);
        var sent = new List<(Place Place, InlineFile File)>();
        foreach (var place in places.Where(place => place.Id is null))
        {
            if (!InlineAssets.Is(place.Text)) CheckUrl(place, faults);
            else if (await inline.ReadAsync(place.Text, place.Path, faults, ct) is { } file) sent.Add((place, file));
        }
        if (refusal is null && fetch && !faults.Any)
        {
            var named = places.Where(place => place.Id is null && sent.TrueForAll(one => one.Place != place)).ToList();
            refusal = await FetchAsync(world, named, sent, validSeconds, found, faults, ct);
        }
        return new AssetsOutcome([.. places.Where(found.ContainsKey).Select(place => Describe(place, found[place]))], refusal);
    }

    async Task<ProblemAnswer?> LookUpAsync(
        World world, Place[] places, int validSeconds, Dictionary<Place, ResolvedAsset> found, Faults faults, CancellationToken ct)
    {
        if (places.Length == 0) return null;
        Guid[] ids = [.. places.Select(place => place.Id!.Value).Distinct()];
        var ask = new ResolveAssets(world.AccountId, ids, validSeconds, world.Test);
        if (await storage.ResolveAsync(ask, ct) is not { } answer) return AssetsClient.Away;
        var byId = answer.Assets.ToDictionary(asset => asset.AssetId);
        foreach (var place in places)
        {
            if (!byId.TryGetValue(place.Id!.Value, out var asset))
                faults.Add(place.Path, "must be the id of an asset of this account; there is none with this id");
            else if (place.Kinds.Count > 0 && !place.Kinds.Contains(asset.Kind, StringComparer.Ordinal))
                faults.Add(place.Path, $"must be of kind {string.Join(" or ", place.Kinds)}; this asset is of kind {asset.Kind}");
            else
                found[place] = asset;
        }
        return null;
    }

    void CheckUrl(Place place, Faults faults)
    {
        if (!place.Text.Contains("://", StringComparison.Ordinal))
        {
            faults.Add(place.Path, "must be the id of an asset, an http(s) URL or a data URI");
            return;
        }
        var verdict = egress.Check(place.Text, EgressProfile.Media);
        if (!verdict.IsAllowed) faults.Add(place.Path, "is not usable: " + verdict.Reason.TrimEnd('.'));
    }

    async Task<ProblemAnswer?> FetchAsync(
        World world, List<Place> named, List<(Place Place, InlineFile File)> sent, int validSeconds, Dictionary<Place, ResolvedAsset> found,
        Faults faults, CancellationToken ct)
    {
        if (named.Count + sent.Count == 0) return null;
        // A Storage that says nothing at all is not waited for as long as a slow server out there.
        var nothing = new ResolveAssets(world.AccountId, [], validSeconds, world.Test);
        if (await storage.ResolveAsync(nothing, ct) is null) return AssetsClient.Away;
        patience.ExtendBy(AssetsClient.LongestFetch);
        var files = sent.GroupBy(one => one.File.Sha256, StringComparer.Ordinal).Select(one => one.ToList()).ToList();
        List<Task<AssetImport>> running =
        [
            .. named.Select(place =>
                storage.ImportAsync(new ImportAsset(world.AccountId, place.Text, place.Kinds, validSeconds, world.Test), ct)),
            .. files.Select(one => storage.KeepAsync(world, one[0].File, one[0].Place.Kinds, validSeconds, ct)),
        ];
        var imports = await Task.WhenAll(running);
        foreach (var (place, import) in named.Zip(imports))
        {
            if (import.Away) return AssetsClient.Away;
            Use(place, import, found, faults);
        }
        foreach (var (places, import) in files.Zip(imports.Skip(named.Count)))
        {
            if (import.Away) return AssetsClient.Away;
            foreach (var (place, file) in places) Use(place, Judged(import, place, file), found, faults);
        }
        return faults.Any ? faults.Refuse(ErrorCodes.InvalidMedia) : null;
    }

    /// <summary>A file that stands in several places was looked at for the first of them.</summary>
    static AssetImport Judged(AssetImport import, Place place, InlineFile file) => import.Asset switch
    {
        { } asset when !DataUri.IsNameOf(file.MediaType, asset.MediaType) =>
            import with { Asset = null, Fault = $"It says that it is {file.MediaType}, but its bytes are {asset.MediaType}" },
        { } asset when place.Kinds.Count > 0 && !place.Kinds.Contains(asset.Kind, StringComparer.Ordinal) =>
            import with { Asset = null, Fault = $"It is of kind {asset.Kind} where {string.Join(" or ", place.Kinds)} is wanted" },
        _ => import,
    };

    static void Use(Place place, AssetImport import, Dictionary<Place, ResolvedAsset> found, Faults faults)
    {
        if (import.Asset is { } asset)
        {
            found[place] = asset;
            place.Replace(asset.AssetId.ToString());
        }
        else faults.Add(place.Path, "could not be used: " + import.Fault!.TrimEnd('.'));
    }

    static IEnumerable<Place> Places(InputSchema schema, JsonObject input)
    {
        foreach (var field in schema.AssetFields)
        {
            if (!field.IsList && input[field.Name] is JsonValue one && one.TryGetValue<string>(out var text))
                yield return new Place(field.Name, field.Kinds, text, value => input[field.Name] = value);
            if (!field.IsList || input[field.Name] is not JsonArray list) continue;
            for (var i = 0; i < list.Count; i++)
            {
                var index = i;
                if (list[i] is JsonValue item && item.TryGetValue<string>(out var itemText))
                    yield return new Place($"{field.Name}[{i}]", field.Kinds, itemText, value => list[index] = value);
            }
        }
    }

    static GenerationAsset Describe(Place place, ResolvedAsset asset) => new(
        place.Name, asset.AssetId, asset.Url, asset.MediaType, asset.SizeBytes, asset.Width, asset.Height, asset.DurationSeconds,
        asset.HasAudio);

    sealed class Place(string name, IReadOnlyList<string> kinds, string text, Action<string> replace)
    {
        public string Name => name;
        public string Path => "input." + name;
        public IReadOnlyList<string> Kinds => kinds;
        public string Text => text;
        public Guid? Id { get; } = Guid.TryParseExact(text, "D", out var id) ? id : null;
        public void Replace(string id) => replace(id);
    }
}

/// <param name="Assets">Every asset found, with its place in the input.</param>
/// <param name="Refusal">Set when the submit can't go on: Storage is away, or a URL did not serve what it should.</param>
internal sealed record AssetsOutcome(IReadOnlyList<GenerationAsset> Assets, ProblemAnswer? Refusal);
