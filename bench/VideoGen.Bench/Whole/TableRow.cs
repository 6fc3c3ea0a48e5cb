using System.Globalization;

namespace VideoGen.Bench.Whole;

/// <summary>A line of the table.</summary>
/// <param name="Own">Of the system; null where it was not measured.</param>
/// <param name="Baseline">Of the baseline; null where it was not measured or has no such thing.</param>
/// <param name="Unit">Behind the figures; empty for a number.</param>
internal sealed record TableRow(string Figure, double? Own, double? Baseline = null, string Unit = "")
{
    public double? Ratio => Own is { } own && Baseline is > 0 and { } other ? own / other : null;

    /// <param name="kept">The same figure of the last table that was kept.</param>
    public string Write(KeptRow? kept) =>
        $"| {Figure} | {Text(Own)} | {Text(Baseline)} | {RatioText} | {kept?.Text} |";

    string RatioText => Ratio is { } ratio ? ratio.ToString("0.00", CultureInfo.InvariantCulture) : "";

    string Text(double? figure) => figure is { } known ? Number(known) + (Unit.Length > 0 ? " " + Unit : "") : "";

    /// <summary>Three digits that mean something.</summary>
    static string Number(double figure) =>
        figure.ToString(Math.Abs(figure) switch { >= 100 => "#,0", >= 10 => "0.#", _ => "0.##" }, CultureInfo.InvariantCulture);
}
