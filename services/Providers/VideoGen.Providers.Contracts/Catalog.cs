using System.Text.Json;

namespace VideoGen.Providers.Contracts;

/// <summary>Answer of <c>GET /internal/catalog</c> (with a strong ETag): every model, as the services need it.</summary>
public sealed record Catalog(IReadOnlyList<CatalogModel> Models);

/// <summary>One model of the catalogue: a file in <c>catalog/models</c>.</summary>
/// <param name="Slug">The name in URLs and submits, for example <c>wan2.1</c>.</param>
/// <param name="Kind">What it makes: <c>video</c>, <c>image</c>, <c>audio</c> or <c>text</c>.</param>
/// <param name="Family">Groups versions of one model, for example <c>veo</c>.</param>
/// <param name="Vendor">The vendor's public id, for example <c>google</c>, <c>kie-ai</c> or <c>local</c>.</param>
/// <param name="Price">How a job's price follows from its input.</param>
/// <param name="InputSchema">JSON Schema (2020-12) of <c>input</c>; defaults are filled in from it. An asset field has <c>"format": "asset"</c>
/// and <c>"x-media": ["image"]</c>.</param>
/// <param name="ExpectedSeconds">Usual time from start to end until enough jobs have run to measure it.</param>
/// <param name="DeadlineSeconds">A job that has not ended this long after its start fails.</param>
/// <param name="Capabilities">Free-form facts such as <c>max_width</c>, <c>max_duration_seconds</c>, <c>sound</c>.</param>
/// <param name="Dialects">Names under which a dialect knows it: dialect to name.</param>
/// <param name="Active">False: listed, not accepted.</param>
/// <param name="Routes">Connectors in order of preference. Absent in public answers.</param>
/// <param name="KindBy">For a model of several modes: what it makes follows from an input; <paramref name="Kind"/> for a value that is not listed.</param>
/// <param name="Length">Two inputs that make a video's length; the capabilities <c>min_duration_seconds</c> and <c>max_duration_seconds</c> bound it.</param>
/// <param name="MediaRules">What the measured facts of its media inputs must be, so that no job is taken which can only fail.</param>
/// <param name="Retirement">Until when its vendor offers it; null while no end is known.</param>
public sealed record CatalogModel(
    string Slug, string Name, string Kind, string Family, string Vendor, string Description, PriceRule Price, JsonElement InputSchema,
    int ExpectedSeconds, int DeadlineSeconds, JsonElement Capabilities, IReadOnlyDictionary<string, string> Dialects, bool Active,
    IReadOnlyList<ConnectorRoute>? Routes, KindRule? KindBy = null, LengthRule? Length = null,
    MediaRules? MediaRules = null, ModelRetirement? Retirement = null);

/// <summary>A model that its vendor will end, or has ended.</summary>
/// <param name="Deprecated">Since when it should not be used for anything new.</param>
/// <param name="Retires">From the beginning of this day, UTC, it does not run any more: a job runs on the successor where that takes the same input.</param>
/// <param name="Successor">Slug of the model to go to; null where there is none.</param>
public sealed record ModelRetirement(DateOnly Deprecated, DateOnly Retires, string? Successor);

/// <param name="Field">An input's name.</param>
/// <param name="Kinds">The input's value to the kind that is made then.</param>
public sealed record KindRule(string Field, IReadOnlyDictionary<string, string> Kinds);

/// <summary>A video lasts as long as its frames take: the one input divided by the other.</summary>
/// <param name="Frames">The input that counts frames.</param>
/// <param name="Fps">The input that says how many of them make a second.</param>
public sealed record LengthRule(string Frames, string Fps);

/// <summary>What a submit checks against the measured facts of its assets. A fact that is not known is not held against it.</summary>
/// <param name="SoundIn">Asset inputs whose files must have sound.</param>
/// <param name="Cut">The inputs that say which piece of a video is wanted.</param>
/// <param name="Join">The inputs that make one video of several.</param>
public sealed record MediaRules(IReadOnlyList<string>? SoundIn = null, CutRule? Cut = null, JoinRule? Join = null);

/// <summary>
/// A piece of an asset, in seconds: it begins before the asset ends, ends after it began, and is not longer than the capability
/// <c>max_duration_seconds</c>.
/// </summary>
/// <param name="Of">The asset input.</param>
/// <param name="Start">The input where the piece begins.</param>
/// <param name="End">The input where it ends; the asset's end when it is left out or lies beyond it.</param>
/// <param name="Duration">The input that says how long it is, instead of <paramref name="End"/>.</param>
public sealed record CutRule(string Of, string Start, string End, string Duration);

/// <summary>Assets one after the other, together not longer than the capability <c>max_duration_seconds</c>.</summary>
/// <param name="Of">The input that lists the assets.</param>
/// <param name="Overlap">The input that says how many seconds two neighbours may share.</param>
public sealed record JoinRule(string Of, string Overlap);

/// <summary>One way to run a model.</summary>
/// <param name="Connector">Name of the connector, for example <c>simulator</c> or <c>media-tools</c>.</param>
/// <param name="Model">What the vendor calls the model.</param>
/// <param name="Inputs">Our input name to the vendor's, where they differ.</param>
/// <param name="Settings">Whatever else the connector needs for this model.</param>
/// <param name="CostUsd">What the vendor takes, in US dollars: its unit, such as <c>seconds</c>, to the price of one; <c>job</c> for work of which
/// it tells no quantity.</param>
public sealed record ConnectorRoute(
    string Connector, string Model, IReadOnlyDictionary<string, string>? Inputs, JsonElement? Settings,
    IReadOnlyDictionary<string, decimal>? CostUsd = null);

/// <summary>
/// The price of a job in integer credits:
/// <c>max(Minimum, ceil(Credits × quantity × Π factor percent / 100))</c>.
/// </summary>
/// <param name="Version">Grows with every change; a job records the one it was priced by.</param>
/// <param name="Credits">Credits for one unit.</param>
/// <param name="Unit">What one unit is, for people: <c>video</c>, <c>second</c>, <c>image</c>, <c>minute</c>.</param>
/// <param name="Quantity">How many units; null for one.</param>
/// <param name="Factors">Percentages by an input's value, all multiplied.</param>
/// <param name="Minimum">Never less than this.</param>
public sealed record PriceRule(
    int Version, long Credits, string Unit, PriceQuantity? Quantity, IReadOnlyList<PriceFactor>? Factors, long Minimum = 0);

/// <param name="Field">An input's name, or <c>&lt;asset field&gt;.duration_seconds</c> for a fact of an asset.</param>
/// <param name="Per">The field's value is divided by this and rounded up: 60 turns seconds into minutes begun.</param>
public sealed record PriceQuantity(string Field, double Per = 1);

/// <param name="Field">An input's name.</param>
/// <param name="Percent">The value as text to its percentage; a value that is not listed counts 100.</param>
public sealed record PriceFactor(string Field, IReadOnlyDictionary<string, int> Percent);
