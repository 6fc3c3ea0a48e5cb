using System.Text;

namespace VideoGen.House.Tests.Settings;

/// <summary>How <c>docs/operating/configuration.md</c> is laid out.</summary>
static class SettingsPage
{
    public const string Opening = """
        # Configuration

        Every setting of every process. This page is drawn from the options classes: a test compares it with them.

        A setting is given as an environment variable, with two underscores for each colon (`Gateway__Limits__MaxBodyBytes=65536`), or on a process's
        command line (`--Gateway:Limits:MaxBodyBytes=65536`). Items of a list are numbered from 0 (`Gateway__Cors__Origins__0`). A duration is written
        `hours:minutes:seconds`, with days and fractions where needed: `00:00:05`, `1.00:00:00`, `00:00:00.5`. A size in bytes is a plain number.

        All settings of a process are checked when it starts. A faulty one stops it with a message that names every fault.

        Under `./videogen up` a setting of one process is given through the AppHost: `Resources__<process>__Environment__<setting>`, for example
        `Resources__gateway__Environment__Gateway__Limits__MaxBodyBytes=65536 ./videogen up`.

        A name such as `Limits__MaxBodyBytes`, from before the sections had their process in front, still works and is warned of at start.

        """;

    public const string Ending = """

        ## Variables outside the sections

        | variable | read by | meaning |
        |---|---|---|
        | `ConnectionStrings__videogen` | accounts, jobs, providers, storage; the AppHost | the PostgreSQL database, as an Npgsql connection string. Required by the services; the AppHost starts a server of its own without it |
        | `ConnectionStrings__rabbitmq` | every process; the AppHost | the broker, `amqp://user:password@host:5672/vhost`. Required by the services; gateway and web start without it and then hear of revoked keys and changed jobs by asking |
        | `Database__Schema` | accounts, jobs, providers, storage | the schema in the database. Default: the service's own name |
        | `Migrations__AtStart` | accounts, jobs, providers, storage | `false`: the process does not migrate at its start, because `--migrate` is a step of its own. Default `true` |
        | `services__<name>__http__0` … | every process | where the service `<name>` is; several are used by turns. Aspire sets these |
        | `ASPNETCORE_URLS`, `ASPNETCORE_HTTP_PORTS` | every process | where it listens |
        | `AllowedHosts` | gateway | host names that are answered, separated by semicolons. Default all |
        | `OTEL_EXPORTER_OTLP_ENDPOINT` | every process | an OTLP receiver for traces, metrics and logs. Default none: nothing is exported. The other `OTEL_…` variables work as OpenTelemetry defines them |
        | `Logging__LogLevel__<category>` | every process | `Trace` to `None` for a category of log lines |

        ### The AppHost

        | setting | default | meaning |
        |---|---|---|
        | `Gateway:Port` | `8080` | the gateway's port; 0 takes any that is free |
        | `Dialects:<name>:Port` | 8000 for AI Studio, 8002 for Visualizr | a dialect's own port; 0 for none |
        | `Parameters:<name>` | made at the first run and kept | a secret: `caller-signing-key`, `jwt-signing-key`, `links-signing-key`, `session-key`, `postgres-password`, `rabbitmq-password` |
        | `Resources:<process>:Replicas` | 1 | how many of a process run |
        | `Resources:<process>:Environment:<setting>` | | a setting of one process |

        """;

    static readonly string[] Owned = ["Gateway", "Dialects", "Accounts", "Jobs", "Providers", "Connectors", "Storage", "Web"];

    /// <summary>One chapter a process or family; what several processes share comes first.</summary>
    public static (int Order, string Title) ChapterOf(string section)
    {
        var place = Array.IndexOf(Owned, section.Split(':')[0]);
        return place < 0 ? (0, "Shared by several processes") : (place + 1, Owned[place]);
    }

    public static void Append(StringBuilder text, string section, IReadOnlyList<Type> types, Processes processes)
    {
        text.Append($"\n### `{section}`\n\n");
        var rows = types.SelectMany(type => Setting.Of(type, section).Select(setting => (setting, readers: processes.ReadersOf(type))))
            .GroupBy(row => row.setting.Key)
            .Select(group => (Setting: group.OrderByDescending(row => row.setting.Allowed.Length).ThenByDescending(row => row.setting.Meaning.Length).First().setting, Readers: group.SelectMany(row => row.readers).Distinct()));
        text.Append("| setting | type | default | allowed | meaning | read by |\n|---|---|---|---|---|---|\n");
        foreach (var (setting, readers) in rows)
        {
            text.Append($"| `{setting.Key[(section.Length + 1)..]}` | {setting.TypeName} | {setting.DefaultText} | {Cell(setting.Allowed)} ");
            text.Append($"| {Cell(setting.Meaning)} | {string.Join(", ", readers)} |\n");
        }
    }

    static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
