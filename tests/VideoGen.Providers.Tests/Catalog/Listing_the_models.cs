using System.Globalization;
using System.Text;
using VideoGen.Providers.Catalog;
using VideoGen.Providers.Contracts;
using VideoGen.Providers.Tests.Harness;
using VideoGen.Testing;

namespace VideoGen.Providers.Tests.Catalog;

/// <summary><c>docs/models.md</c> lists exactly the models of the catalogue. <c>UPDATE_SNAPSHOTS=1</c> writes it anew.</summary>
[TestFixture]
internal sealed class Listing_the_models
{
    [Test]
    public void Finds_every_model_in_the_document()
    {
        var now = Draw();
        Assert.That(Snapshot.Committed("docs/models.md", now), Is.EqualTo(now));
    }

    static string Draw()
    {
        var text = new StringBuilder("""
            # Models

            Every model is a file in `catalog/models`; a running system lists them at `GET /v1/models` with the JSON Schema of their
            input. Prices are credits; *from* says that the input decides how much more ([how they are made](prices.md)). Where the API of
            a model's family states ranges or defaults, the schema has them; where it is silent, the schema says what we take.

            A model goes to the vendors of its routes that have a key, in the order of the routes; the last column names them
            ([how they are set up](operating/vendors.md)). Without a key for any of them it runs on the simulator; the tools for
            finished videos (vendor `local`) do the real work.

            `seen` in a model's capabilities is the day on which its id and inputs were last found in the vendor's documents. A model
            that its vendor ends has the day in `retires` and the one to go to in `successor`, which jobs for it run on from that day.

            What a model of several modes makes follows from its input: a job of `grok-imagine` is of kind `image` or `video` as its `model`
            says. Who can act in `character-animation` stands in `catalog/characters.json`; the model's capabilities tell it. A video's length and
            size keep to the capabilities: a submit that asks for more is refused.

            What the simulator makes is real and playable, and nothing else: `kling-motion-control` lasts as long as its video but does
            not follow its motion, `elevenlabs-sts` raises the voice, `whisper` answers a text that says that nobody listened,
            end and reference pictures are taken and not used.

            | model | kind | price | known to | vendor | what it makes | routes |
            |---|---|---|---|---|---|---|

            """);
        foreach (var model in ModelCatalog.Read(ServiceSettings.CatalogFolder, new FakeConnectors().All).Models)
        {
            string[] cells =
                [$"`{model.Slug}`", Kinds(model), Price(model.Price), Dialects(model), model.Vendor, model.Description, Routes(model)];
            text.Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", cells)} |\n");
        }

        return text.ToString();
    }

    static string Kinds(CatalogModel model) => model.Capabilities.TryGetProperty("kinds", out var kinds)
        ? string.Join(" or ", kinds.EnumerateArray().Select(kind => kind.GetString()))
        : model.Kind;

    static string Price(PriceRule price)
    {
        if (price is { Quantity: not null, Minimum: 0, Factors: var factors })
            return string.Create(CultureInfo.InvariantCulture, $"{price.Credits} per {price.Unit}{By(factors)}");
        var varies = price.Quantity is not null || price.Factors is { Count: > 0 };
        return string.Create(CultureInfo.InvariantCulture, $"{(varies ? "from " : "")}{Math.Max(price.Minimum, varies ? 0 : price.Credits)} ({price.Credits} per {price.Unit})");
    }

    static string By(IReadOnlyList<PriceFactor>? factors) => factors is not { Count: > 0 } ? ""
        : ", more or less by " + string.Join(", ", factors.Select(factor => $"`{factor.Field}`"));

    static string Routes(CatalogModel model) =>
        string.Join(", ", model.Routes!.Select(route => route.Connector).Where(name => name is not ("simulator" or "media-tools")).Distinct());

    static string Dialects(CatalogModel model) => string.Join(", ", model.Dialects.Select(dialect => dialect.Key).Order(StringComparer.Ordinal));
}
