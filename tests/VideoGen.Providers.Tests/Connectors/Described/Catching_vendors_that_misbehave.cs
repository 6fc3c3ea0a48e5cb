using System.Text;
using System.Text.RegularExpressions;
using NUnit.Framework.Internal;
using VideoGen.Testing;
using VideoGen.VendorSimulators;

namespace VideoGen.Providers.Tests.Connectors.Described;

/// <summary>
/// The cases of <see cref="VendorCases"/> are tested themselves: a simulated vendor breaks its documents in one way, and some case must go
/// red. Which ones do is <c>docs/operating/vendors-conformance.md</c>; <c>UPDATE_SNAPSHOTS=1</c> writes it anew.
/// </summary>
[TestFixture, NonParallelizable] // It tells the same vendors what to do next as the other fixtures do.
internal sealed partial class Catching_vendors_that_misbehave
{
    /// <summary>One found by our own id, one by its list and with a cancel that deletes, one whose answer is the result.</summary>
    static readonly Spoken[] Asked = [new("kling", "text2video"), new("ark", "video"), new("elevenlabs", "speech")];

    /// <summary>Of cases with several forms, those that are enough to notice.</summary>
    static readonly Behaviour[] Forms =
        [Behaviour.RefuseContent, Behaviour.LoseAnswer, Behaviour.Fail, Behaviour.FailContent, Behaviour.ReadsFail, Behaviour.Stall];

    SimulatedVendors _vendors = null!;
    VendorCases _cases = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        var host = await SimulatedHost.GetAsync();
        (_vendors, _cases) = (host.Vendors, new VendorCases(host.Vendors, host.Providers));
    }

    [TearDown]
    public void Behave()
    {
        foreach (var one in Asked)
        {
            _vendors[one.Vendor].Misbehaves = Misbehaviour.None;
            _vendors[one.Vendor].Forget();
        }
    }

    [Test]
    public async Task Every_misbehaviour_is_caught_by_the_cases_that_the_document_names()
    {
        var rows = new List<string>();
        foreach (var misbehaviour in Enum.GetValues<Misbehaviour>().Where(one => one != Misbehaviour.None))
        {
            var caught = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
            foreach (var one in Asked)
            {
                foreach (var name in await RedAsync(one, misbehaviour))
                {
                    if (!caught.TryGetValue(name, out var vendors)) caught[name] = vendors = [];
                    vendors.Add(one.Vendor);
                }
            }

            Assert.That(caught, Is.Not.Empty, $"no case notices a vendor that {InWords(misbehaviour)}");
            var by = caught.Select(one => $"{one.Key} ({string.Join(", ", one.Value)})");
            rows.Add($"| {InWords(misbehaviour)} | {string.Join("; ", by)} |");
        }

        var text = Text(rows);
        var committed = Snapshot.Committed("docs/operating/vendors-conformance.md", text);
        Assert.That(committed, Is.EqualTo(text), "UPDATE_SNAPSHOTS=1 writes it anew");
    }

    /// <summary>The names of the cases that notice.</summary>
    async Task<IEnumerable<string>> RedAsync(Spoken one, Misbehaviour misbehaviour)
    {
        var red = new HashSet<string>(StringComparer.Ordinal);
        foreach (var expected in VendorCases.All.Where(expected => expected.Fits(one)))
        {
            if (expected.How is { } how && !Forms.Contains(how)) continue;
            if (red.Contains(expected.Name)) continue;
            _vendors[one.Vendor].Forget();
            _vendors[one.Vendor].Misbehaves = misbehaviour;
            if (await IsRedAsync(expected, one)) red.Add(expected.Name);
        }

        return red;
    }

    async Task<bool> IsRedAsync(VendorCase expected, Spoken one)
    {
        // What fails in here is no failure of this test.
        using var isolated = new TestExecutionContext.IsolatedContext();
        try
        {
            await expected.RunAsync(_cases, one);
            return false;
        }
        catch (Exception fault) when (fault is AssertionException or HttpRequestException)
        {
            return true;
        }
    }

    static string InWords(Enum word) => CapitalLetter().Replace($"{word}", match => $" {match.Value.ToLowerInvariant()}").TrimStart();

    static string Text(IEnumerable<string> rows)
    {
        var text = new StringBuilder("""
            # How the conformance of vendors is tested

            Written by the test `Catching_vendors_that_misbehave`; with `UPDATE_SNAPSHOTS=1` the test writes this file anew.

            Every task of every description in `catalog/vendors` is run through these cases, against a simulated vendor that is
            written from the vendor's documents (`tests/vendors`):


            """);
        foreach (var expected in VendorCases.All.GroupBy(expected => expected.Name))
        {
            var forms = expected.Where(one => one.How is not null).Select(one => InWords(one.How!.Value)).ToList();
            text.Append($"- {expected.Key}{(forms.Count > 0 ? $": {string.Join(", ", forms)}" : "")}\n");
        }

        text.Append("""

            Beside them: jobs at simulated vendors with early, late, repeated and forged callbacks, a cancel after the end, and our
            own process ended at every labelled step of a generation.

            The cases are tested, too. A simulated vendor is told to break its documents in one way, and at least one case must
            notice. The vendors that were asked are Kling (a lost create is found by our own id), Ark (by the list; its cancel
            deletes what has ended) and ElevenLabs (the answer is the result).

            | a vendor that … | is noticed by |
            |---|---|

            """);
        foreach (var row in rows) text.Append(row).Append('\n');
        return text.ToString();
    }

    [GeneratedRegex("[A-Z]")]
    private static partial Regex CapitalLetter();
}
