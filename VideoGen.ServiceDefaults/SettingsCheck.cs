using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace VideoGen.ServiceDefaults;

/// <summary>Finds every fault of every setting before anything is made of one.</summary>
public static class SettingsCheck
{
    /// <summary>
    /// The host checks them as well, but only after it has made the hosted services and the server; the first of those that reads a faulty setting
    /// would end the start with that fault alone.
    /// </summary>
    /// <exception cref="OptionsValidationException">One class of options has faults.</exception>
    /// <exception cref="AggregateException">Several have.</exception>
    public static WebApplication CheckSettings(this WebApplication app)
    {
        app.Services.GetService<IStartupValidator>()?.Validate();
        return app;
    }
}
