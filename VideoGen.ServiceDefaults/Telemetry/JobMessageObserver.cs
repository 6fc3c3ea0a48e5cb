using MassTransit;

namespace VideoGen.ServiceDefaults.Telemetry;

/// <summary>Marks what a message causes, in consumers and sagas alike, with the job that it speaks of in its member <c>JobId</c>.</summary>
sealed class JobMessageObserver : IConsumeObserver
{
    public Task PreConsume<T>(ConsumeContext<T> context)
        where T : class
    {
        if (JobIn<T>.Read is { } read) JobTrace.Mark(read(context.Message));
        return Task.CompletedTask;
    }

    public Task PostConsume<T>(ConsumeContext<T> context)
        where T : class => Task.CompletedTask;

    public Task ConsumeFault<T>(ConsumeContext<T> context, Exception exception)
        where T : class => Task.CompletedTask;

    static class JobIn<T>
    {
        /// <summary>Null for messages that speak of no job.</summary>
        public static readonly Func<T, Guid>? Read = typeof(T).GetProperty("JobId") is { CanRead: true } member && member.PropertyType == typeof(Guid)
            ? member.GetMethod!.CreateDelegate<Func<T, Guid>>()
            : null;
    }
}
