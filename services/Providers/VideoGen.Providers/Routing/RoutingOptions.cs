using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace VideoGen.Providers.Routing;

/// <summary>By what a model's routes are ordered. Section <c>Providers:Routing</c>.</summary>
internal sealed class RoutingOptions
{
    public const string Section = "Providers:Routing";

    /// <summary>
    /// <c>order</c>: as the model's file lists them. <c>cheapest</c>, <c>fastest</c>, <c>most_reliable</c>: by the attempts of the last hour,
    /// or of the last day where there were too few. Default <c>order</c>.
    /// </summary>
    [Required, RegularExpression("^(order|cheapest|fastest|most_reliable)$")]
    public string Policy { get; set; } = RoutePolicies.Order;

    /// <summary>The policy of single models, by their slugs, instead of <c>Policy</c>. Default none.</summary>
    public Dictionary<string, string> Models { get; set; } = [];

    /// <summary>A route whose jobs cost more than this on average, in US dollars, comes after all others. Default none.</summary>
    [Range(0, double.MaxValue)]
    public double? MaxCostUsd { get; set; }

    /// <summary>A route of whose jobs more than one in twenty takes longer than this comes after all others. Default none.</summary>
    public TimeSpan? MaxDuration { get; set; }

    /// <summary>A route of whose attempts a larger part than this, from 0 to 1, fails or is refused comes after all others. Default none.</summary>
    [Range(0, 1)]
    public double? MaxFailures { get; set; }

    /// <summary>
    /// The part of the jobs, from 0 to 1, that tries a route first of which too little is known to order it by the policy. Default 0.05.
    /// </summary>
    [Range(0, 1)]
    public double Exploration { get; set; } = 0.05;

    public string PolicyOf(string model) => Models.GetValueOrDefault(model, Policy);
}

/// <summary>The words for policies.</summary>
internal static class RoutePolicies
{
    public const string Order = "order";
    public const string Cheapest = "cheapest";
    public const string Fastest = "fastest";
    public const string MostReliable = "most_reliable";

    public static IReadOnlyList<string> All { get; } = [Order, Cheapest, Fastest, MostReliable];
}

internal sealed class RoutingOptionsValidator : IValidateOptions<RoutingOptions>
{
    public ValidateOptionsResult Validate(string? name, RoutingOptions options)
    {
        var faults = options.Models.Where(model => !RoutePolicies.All.Contains(model.Value))
            .Select(model => $"Providers:Routing:Models:{model.Key} must be one of {string.Join(", ", RoutePolicies.All)}.").ToList();
        if (options.MaxDuration <= TimeSpan.Zero) faults.Add("Providers:Routing:MaxDuration must be positive.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}

internal static class RoutingFeature
{
    public static void AddRouting(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<RoutingOptions>().BindConfiguration(RoutingOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<RoutingOptions>, RoutingOptionsValidator>();
        builder.Services.AddSingleton<RouteFiguresStore>();
        builder.Services.AddSingleton<RouteFiguresReader>();
    }
}
