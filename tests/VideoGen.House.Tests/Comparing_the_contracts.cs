using System.Reflection;
using System.Text;
using VideoGen.Accounts.Contracts;
using VideoGen.Jobs.Contracts;
using VideoGen.Providers.Contracts;
using VideoGen.Storage.Contracts;
using VideoGen.Testing;

namespace VideoGen.House.Tests;

/// <summary>
/// The shapes that cross services are pinned in <c>contracts.txt</c>. A line that goes away or changes breaks a running
/// release; optional members may be added. <c>UPDATE_SNAPSHOTS=1</c> writes the file anew.
/// </summary>
[TestFixture]
public sealed class Comparing_the_contracts
{
    const string Document = "tests/VideoGen.House.Tests/contracts.txt";

    static readonly Assembly[] Contracts = [typeof(HoldRequest).Assembly, typeof(JobView).Assembly, typeof(Catalog).Assembly, typeof(StoredAsset).Assembly];

    [Test]
    public void Finds_every_shape_as_it_was_pinned()
    {
        var now = Draw();
        Assert.That(now, Is.EqualTo(Snapshot.Committed(Document, now)));
    }

    [Test]
    public void Finds_records_without_behaviour_only()
    {
        var others = Contracts.SelectMany(assembly => assembly.GetExportedTypes())
            .Where(type => type is { IsInterface: false, IsEnum: false } && !(type.IsAbstract && type.IsSealed)
                && type.GetMethod("<Clone>$", BindingFlags.Public | BindingFlags.Instance) is null)
            .Select(type => type.FullName);
        Assert.That(others, Is.Empty);
    }

    static string Draw()
    {
        var text = new StringBuilder();
        foreach (var type in Contracts.SelectMany(assembly => assembly.GetExportedTypes()).OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(type.FullName).Append('\n');
            foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).OrderBy(property => property.Name, StringComparer.Ordinal))
                text.Append("  ").Append(property.Name).Append(": ").Append(NameOf(property.PropertyType)).Append('\n');
        }
        return text.ToString();
    }

    static string NameOf(Type type) => type.IsGenericType
        ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>"
        : type.Name;
}
