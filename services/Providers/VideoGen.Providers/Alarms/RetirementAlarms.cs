using System.Globalization;
using VideoGen.Durability;
using VideoGen.HttpApi.Requests;
using VideoGen.Providers.Catalog;

namespace VideoGen.Providers.Alarms;

/// <summary>Tells the operator, a month before, of each model that its vendor ends, and notes when it has ended.</summary>
internal sealed partial class RetirementAlarms(ModelCatalog catalog, UnitOfWork work, TimeProvider time, ILogger<RetirementAlarms> log)
    : IRecurringWork
{
    public const string Name = "retirement-alarms";

    public static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    static readonly TimeSpan Before = TimeSpan.FromDays(30);

    public async Task RunAsync(CancellationToken ct)
    {
        foreach (var model in catalog.Models)
        {
            if (model.Retirement is not { } end || RetirementHeaders.StartOf(end.Retires) - time.GetUtcNow() is var left && left > Before) continue;
            var day = end.Retires.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            var next = end.Successor is { } slug ? $"Its jobs go to {slug} then, where that takes their input." : "Nothing takes its place.";
            var subject = $"{model.Slug} {day}";
            await work.BeginAsync(ct);
            if (await AlarmStore.RaiseAsync(work, AlarmKind.ModelRetires, subject, jobId: null, $"{model.Slug} ends on {day}. {next}", ct))
                Log.Retires(log, model.Slug, day);
            if (left <= TimeSpan.Zero) await AlarmStore.SettleAsync(work, AlarmKind.ModelRetires, subject, "It has ended.", ct);
            await work.CommitAsync(ct);
        }
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Model {Model} ends on {Day}")]
        public static partial void Retires(ILogger logger, string model, string day);
    }
}
