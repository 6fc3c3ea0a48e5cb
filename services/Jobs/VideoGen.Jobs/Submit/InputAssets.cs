using System.Text.Json.Nodes;
using VideoGen.Egress;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Requests;
using VideoGen.Providers.Contracts;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.Storage.Contracts;

namespace VideoGen.Jobs.Submit;

/// <summary>
/// Turns what asset inputs name (ids of the account's assets, or http(s) URLs that Storage fetches) into assets with links. All ids
/// are looked up in one call; a URL is fetched only when nothing else is wrong with the request.
/// </summary>
internal sealed class InputAssets(AssetsClient storage, EgressPolicy egress, SubmitPatience patience)
{
    /// <summary>More than any model takes; it keeps one submit from fetching the whole internet.</summary>
    const int MaxAssets = 32;

    /// <summary>Adds faults under <c>input.…</c>; replaces URLs in the input by the ids of the assets they became.</summary>
    /// <param name="world">Whose assets may be named, and where fetched ones belong.</param>
    /// <param name="schema">Tells which inputs are assets.</param>
    /// <param name="input">Checked against the schema; faulty fields are left out.</param>
    /// <param name="validSeconds">How long the links must work.</param>
    /// <param name="fetch">Whether URLs are fetched; without, they are only looked at.</param>
    /// <param name="faults">Takes what is wrong.</param>
    public async Task<AssetsOutcome> ResolveAsync(
        World world, InputSchema schema, JsonObject input, int validSeconds, bool fetch, Faults faults, CancellationToken ct)
    {
        var places = Places(schema, input).Where(place => !faults.Has(place.Path)).ToList();
        if (places.Count > MaxAssets)
        {
            faults.Add("input", $"must not name more than {MaxAssets} assets");
            return new AssetsOutcome([], Refusal: null);
        }
        var found = new Dictionary<Place, ResolvedAsset>();
        var refusal = await LookUpAsync(world, [.. places.Where(place => place.Id is not null)], validSeconds, found, faults, ct);
        foreach (var place in places.Where(place => place.Id is null)) CheckUrl(place, faults);
        if (refusal is null && fetch && !faults.Any)
            refusal = await FetchAsync(world, [.. places.Where(place => place.Id is null)], validSeconds, found, faults, ct);
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
            faults.Add(place.Path, "must be the id of an asset or an http(s) URL");
            return;
        }
        var verdict = egress.Check(place.Text, EgressProfile.Media);
        if (!verdict.IsAllowed) faults.Add(place.Path, "is not usable: " + verdict.Reason.TrimEnd('.'));
    }

    async Task<ProblemAnswer?> FetchAsync(
        World world, Place[] places, int validSeconds, Dictionary<Place, ResolvedAsset> found, Faults faults, CancellationToken ct)
    {
        if (places.Length == 0) return null;
        // A Storage that says nothing at all is not waited for as long as a slow server out there.
        var nothing = new ResolveAssets(world.AccountId, [], validSeconds, world.Test);
        if (await storage.ResolveAsync(nothing, ct) is null) return AssetsClient.Away;
        patience.ExtendBy(AssetsClient.LongestFetch);
        var imports = await Task.WhenAll(places.Select(place =>
            storage.ImportAsync(new ImportAsset(world.AccountId, place.Text, place.Kinds, validSeconds, world.Test), ct)));
        foreach (var (place, import) in places.Zip(imports))
        {
            if (import.Away) return AssetsClient.Away;
            if (import.Asset is { } asset)
            {
                found[place] = asset;
                place.Replace(asset.AssetId.ToString());
            }
            else faults.Add(place.Path, "could not be used: " + import.Fault!.TrimEnd('.'));
        }
        return faults.Any ? faults.Refuse(ErrorCodes.InvalidMedia) : null;
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
