using System.Globalization;
using System.Text.Json.Nodes;
using VideoGen.Providers.Connectors;
using VideoGen.Providers.Connectors.Described;
using VideoGen.Providers.Contracts;

namespace VideoGen.Providers.Tests.Connectors.Described;

/// <summary>What a description says, for operators: the part of a vendor's page that nobody writes by hand.</summary>
internal sealed class VendorPage(VendorDescription vendor, IReadOnlyList<CatalogModel> models)
{
    readonly List<string> _lines = [];

    public string Draw()
    {
        Settings();
        Models();
        Tasks();
        Failures();
        return string.Join('\n', _lines) + "\n";
    }

    void Settings()
    {
        Table("Settings", "setting", "what it is");
        if (vendor.BaseUrls.Count == 0) Setting("BaseUrl", "the server's address; the vendor is used once it is set");
        Setting("ApiKey", Key());
        if (vendor.Auth.Scheme == AuthScheme.Hs256Jwt)
            Setting("ApiSecret", "only for keys of two halves: it signs tokens in the key's name; without it the key itself is sent");
        if (vendor.BaseUrls.Count > 1)
            Setting("Region", string.Join(", ", vendor.BaseUrls.Select((url, at) =>
                $"`{url.Key}`{(at == 0 ? " (if nothing is set)" : "")}: {url.Value}")));
        else if (vendor.BaseUrls.Count == 1) Setting("BaseUrl", $"another address than {vendor.BaseUrls.Values.Single()}");
        if (vendor.Callback?.Scheme == CallbackScheme.StandardWebhooks)
            Setting("WebhookSecret", "signs callbacks, `whsec_…`; without it they are refused");

        void Setting(string name, string what) => Row($"`Connectors__{vendor.Settings}__{name}`", what);
    }

    string Key() => vendor.Auth.Scheme switch
    {
        AuthScheme.None => "only if the server wants one; sent as `Authorization: Bearer …`",
        AuthScheme.Header => $"the key, sent as `{vendor.Auth.Header}: {vendor.Auth.Prefix}…`",
        _ => "the key, sent as `Authorization: Bearer …`",
    };

    void Models()
    {
        var routes = (from model in models
                      from route in model.Routes!.Select((route, at) => (Route: route, At: at))
                      where route.Route.Connector == vendor.Name
                      select (model.Slug, Task: TaskOf(route.Route), route.Route.Model, route.At)).ToList();
        if (routes.Count == 0)
        {
            _lines.AddRange(["## Models", "", "None of the catalogue: the operator adds entries with a route to this vendor.", ""]);
            return;
        }

        Table("Models", "model", "its name at the vendor", "task", "asked");
        foreach (var route in routes)
            Row($"`{route.Slug}`", $"`{route.Model}`", route.Task, route.At == 0 ? "first" : $"as number {route.At + 1}");
    }

    void Tasks()
    {
        var paths = JsonNode.Parse(Descriptions.TextOf(vendor.Name))!["tasks"]!;
        Table("Calls", "task", "asked for at", "how the end is learned", "a cancel works", "a lost answer", "links live", "usage in");
        foreach (var (name, task) in vendor.Tasks)
            Row(name, $"`POST {paths[name]!["create"]!["path"]}`", End(task), Cancel(task), Lost(task), Life(task),
                task.Usage.Count == 0 ? "–" : string.Join(", ", task.Usage.Select(usage => usage.Unit).Distinct()));
    }

    string End(TaskDescription task) => task.Read is null
        ? string.Create(CultureInfo.InvariantCulture, $"the answer is the result; waited for {task.Create.PatienceSeconds} s")
        : string.Create(CultureInfo.InvariantCulture,
            $"{(vendor.Callback is null ? "" : "a callback, or ")}a read every {vendor.PollSeconds} s");

    static string Cancel(TaskDescription task) => task.Cancel is null ? "never"
        : "while " + string.Join(" or ", task.Cancel.In.Select(state => state.ToString().ToLowerInvariant()));

    static string Lost(TaskDescription task) => task.Find is not { } find ? "is not found"
        : string.Create(CultureInfo.InvariantCulture,
            $"is found by {(find.Items is null ? "our id" : "the list")}; "
            + $"not there {find.AbsentAfterSeconds} s after the call's time: asked anew");

    static string Life(TaskDescription task) => task.Result switch
    {
        { Bytes: not null } when task.Read is null => "no link: bytes",
        { Bytes: not null } => "fetched with the key",
        { LifetimeSeconds: null } => "not said",
        { LifetimeSeconds: >= 3600 and var seconds } => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600} h"),
        { LifetimeSeconds: { } seconds } => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60} min"),
    };

    void Failures()
    {
        Table("Failures", "where", "status", "code", "words", "means", "billed");
        foreach (var rule in vendor.Answers.Errors) Rule("any", rule);
        foreach (var (name, task) in vendor.Tasks) foreach (var rule in task.Answers.Errors) Rule(name, rule);
        foreach (var state in vendor.Tasks.Where(task => task.Value.Read is not null)
            .SelectMany(task => task.Value.Read!.States, (task, state) => (Task: task.Key, Word: state.Key, Meaning: state.Value))
            .Where(state => state.Meaning.As == WorkState.Failed).GroupBy(state => (state.Word, state.Meaning.Is, state.Meaning.Charged)))
        {
            var everywhere = state.Count() == vendor.Tasks.Values.Count(task => task.Read is not null);
            var where = everywhere ? "any" : string.Join(", ", state.Select(one => one.Task));
            Row(where, "state", $"`{state.Key.Word}`", "", Word(state.Key.Is), Word(state.Key.Charged));
        }
    }

    void Rule(string where, ErrorRule rule) => Row(
        where, string.Join(", ", rule.Status ?? []), string.Join(", ", (rule.Code ?? []).Select(code => $"`{code}`")),
        rule.Text is null ? "" : $"`{rule.Text}`", Word(rule.Is), Word(rule.Charged ?? Charged.Unknown));

    static string Word<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();

    string TaskOf(ConnectorRoute route) => route.Settings is { } settings && settings.TryGetProperty("task", out var task)
        ? task.GetString()! : vendor.Tasks.Keys.First();

    void Table(string title, params string[] columns)
    {
        if (_lines.Count > 0 && _lines[^1].Length > 0) _lines.Add("");
        _lines.AddRange([$"## {title}", ""]);
        Row(columns);
        _lines.Add("|" + string.Concat(Enumerable.Repeat("---|", columns.Length)));
    }

    void Row(params string[] cells) => _lines.Add(
        "|" + string.Concat(cells.Select(cell => cell.Length == 0 ? " |" : $" {cell.Replace("|", "\\|", StringComparison.Ordinal)} |")));
}
