using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace VideoGen.Durability;

/// <summary>One embedded <c>Migrations/NNNN_what.sql</c>. Numbers count within their source, an assembly.</summary>
internal sealed partial record MigrationScript(string Source, int Number, string Name, string Sql, string Sha256)
{
    /// <summary>The scripts of an assembly, by number. Two with one number are refused.</summary>
    public static IReadOnlyList<MigrationScript> Of(Assembly assembly)
    {
        var source = assembly.GetName().Name ?? throw new MigrationException("The service assembly has no name.");
        var scripts = assembly.GetManifestResourceNames()
            .Select(resource => (Resource: resource, Match: ResourceName().Match(resource)))
            .Where(found => found.Match.Success)
            .Select(found => Read(assembly, source, found.Resource, found.Match))
            .OrderBy(script => script.Number).ToList();
        var twice = scripts.GroupBy(script => script.Number).FirstOrDefault(group => group.Count() > 1);
        if (twice is not null)
            throw new MigrationException($"{source} has two migrations with the number {twice.Key:D4}: {string.Join(", ", twice.Select(s => s.Name))}.");
        return scripts;
    }

    static MigrationScript Read(Assembly assembly, string source, string resource, Match match)
    {
        using var stream = assembly.GetManifestResourceStream(resource) ?? throw new MigrationException($"{resource} can't be read.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var sql = reader.ReadToEnd().ReplaceLineEndings("\n"); // a checkout with other line ends is the same migration
        var number = int.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture);
        return Create(source, number, match.Groups["name"].Value, sql);
    }

    internal static MigrationScript Create(string source, int number, string name, string sql) =>
        new(source, number, name, sql, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql))));

    [GeneratedRegex(@"\.Migrations\.(?<name>_?(?<number>\d{4})_[^.]+)\.sql$")]
    private static partial Regex ResourceName();
}

/// <summary>The schema can't be brought up to date; the message says what to do.</summary>
public sealed class MigrationException : Exception
{
    /// <summary>Nothing beneath it: the scripts themselves are wrong.</summary>
    public MigrationException(string message) : base(message) { }

    /// <summary>With the database's own error beneath it.</summary>
    public MigrationException(string message, Exception inner) : base(message, inner) { }
}
