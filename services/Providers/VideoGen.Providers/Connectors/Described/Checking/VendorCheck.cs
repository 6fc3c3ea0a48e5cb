using System.Text.Json.Nodes;
using VideoGen.Providers.Catalog;

namespace VideoGen.Providers.Connectors.Described.Checking;

/// <summary>
/// <c>check-vendor &lt;description&gt; [examples]</c>: says what is wrong with a description before the service is started with it. No key is
/// needed and nothing is sent.
/// </summary>
internal static class VendorCheck
{
    public const string Command = "check-vendor";

    /// <returns>0: nothing is wrong; 1: something is; 2: it can't be told, for a file is missing.</returns>
    public static int Run(IReadOnlyList<string> files, TextWriter output)
    {
        if (files.Count is 0 or > 2) return NotTold(output, $"{Command} <catalog/vendors/name.json> [examples.json]");
        if (files.FirstOrDefault(file => !File.Exists(file)) is { } missing) return NotTold(output, $"There is no file {missing}.");

        var faults = new List<CatalogFault>();
        var name = Path.GetFileName(files[0]);
        if (CatalogFile.Read(files[0], faults) is not { } root || DescriptionReader.Read(root, name, faults) is not { } description)
        {
            foreach (var fault in faults) output.WriteLine(fault.ToString());
            output.WriteLine($"{name} has {faults.Count} fault(s).");
            return 1;
        }

        output.WriteLine($"{name}: the description of {description.Title} has no fault; its tasks are {string.Join(", ", description.Tasks.Keys)}.");
        var wrong = Judge(output, "safe cases", SafeCases.Of(description));
        var examples = files.ElementAtOrDefault(1) ?? ExamplesOf(files[0]);
        if (!File.Exists(examples)) output.WriteLine($"There are no examples: {examples}. Write down what the vendor's documents show.");
        else if (ReadExamples(description, examples, output) is { } read) wrong += Judge(output, "examples", read) + Untold(output, description, read);
        else wrong++;
        return wrong == 0 ? 0 : 1;
    }

    /// <summary>Of a description in <c>catalog/vendors</c>.</summary>
    static string ExamplesOf(string description) => Path.GetFullPath(Path.Combine(
        Path.GetDirectoryName(Path.GetFullPath(description))!, "..", "..", "tests", "vendors", "vectors", Path.GetFileName(description)));

    /// <summary>Null, with the reason, for a file that holds no examples.</summary>
    static List<(string Say, VendorExample Example)>? ReadExamples(VendorDescription description, string file, TextWriter output)
    {
        var faults = new List<CatalogFault>();
        var list = new JsonPlace(CatalogFile.Read(file, faults), Path.GetFileName(file), "$", faults);
        var read = new List<(string, VendorExample)>();
        foreach (var (item, index) in (faults.Count > 0 ? [] : list.Items()).Select((item, index) => (item, index)))
        {
            if (!item.MustBeObject()) continue;
            if (!item["is"].IsPresent) item["is"].Fault("is missing: what it means");
            if (item["task"].IsPresent && !description.Tasks.ContainsKey(item["task"].Text()))
                item["task"].Fault($"must be one of {string.Join(", ", description.Tasks.Keys)}");
            var on = item["on"].Text();
            if (on.Length > 0 && !VendorExample.Kinds.Contains(on)) item["on"].Fault($"must be one of {string.Join(", ", VendorExample.Kinds)}");
            read.Add(($"{index}: {item["say"].Text(required: false)}", new VendorExample(description, JsonNode.Parse(item.Value!.Value.GetRawText())!.AsObject())));
        }

        foreach (var fault in faults) output.WriteLine(fault.ToString());
        return faults.Count == 0 ? read : null;
    }

    static int Judge(TextWriter output, string what, IEnumerable<(string Say, VendorExample Example)> cases)
    {
        var (all, wrong) = (0, 0);
        foreach (var (say, example) in cases)
        {
            all++;
            if (FaultOf(example) is not { } fault) continue;
            wrong++;
            output.WriteLine($"  {say}: {fault}");
        }

        output.WriteLine($"{all - wrong} of {all} {what} mean what they should.");
        return wrong;
    }

    static string? FaultOf(VendorExample example)
    {
        try
        {
            var happens = example.Happens();
            return happens == example.Expected ? null : $"means {happens}, and should mean {example.Expected}";
        }
        catch (Exception fault) when (fault is FormatException or InvalidOperationException or ArgumentException or NullReferenceException)
        {
            // A member of another type than examples have.
            return $"can't be read: {fault.Message}";
        }
    }

    static int Untold(TextWriter output, VendorDescription description, IEnumerable<(string Say, VendorExample Example)> examples)
    {
        var untold = description.Tasks.Where(task => examples.All(one => !ReferenceEquals(one.Example.Task, task.Value))).Select(task => task.Key).ToList();
        foreach (var task in untold) output.WriteLine($"  {task}: has no example");
        return untold.Count;
    }

    static int NotTold(TextWriter output, string why)
    {
        output.WriteLine(why);
        return 2;
    }
}
