using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace VideoGen.Durability;

/// <summary>Registers work that is done again and again.</summary>
public static class RecurringWorkExtensions
{
    /// <summary>Runs <typeparamref name="TWork"/> at this interval. Needs <c>AddDurability</c>. A name stands once; a second registration throws.</summary>
    /// <param name="services">The service's registrations.</param>
    /// <param name="name">What logs and metrics call it, and due work its row: once chosen it stays. What cleans up by time ends in <c>-retention</c>.</param>
    /// <param name="interval">From the end of one run to the start of the next, ± 10 %.</param>
    /// <param name="configure">First run, back-off, whether each process runs it.</param>
    public static IServiceCollection AddRecurringWork<TWork>(
        this IServiceCollection services, string name, TimeSpan interval, Action<RecurringWorkOptions>? configure = null)
        where TWork : class, IRecurringWork
    {
        var options = new RecurringWorkOptions { Interval = interval };
        configure?.Invoke(options);
        options.Validate(name);
        if (services.Any(service => service.ImplementationInstance is RecurringWorkKind known && known.Name == name))
            throw new InvalidOperationException($"Recurring work '{name}' is registered already.");

        services.TryAddScoped<TWork>();
        services.AddSingleton(new RecurringWorkKind(name, typeof(TWork), options));
        if (!options.InEveryProcess) services.AddDueWork<RecurringDueWork>(name, due =>
        {
            due.Concurrency = 1;
            (due.FirstBackoff, due.LongestBackoff) = (options.FirstBackoff, options.LongestBackoff);
        });
        return services;
    }
}
