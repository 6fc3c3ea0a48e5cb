using System.Net;
using Microsoft.Extensions.Options;

namespace VideoGen.Egress;

/// <summary>What the operator lets requests to customers' and vendors' URLs reach. Section <c>Egress</c>.</summary>
public sealed class EgressOptions
{
    public const string Section = "Egress";

    /// <summary>
    /// Networks in CIDR form (<c>10.1.0.0/16</c>, <c>127.0.0.0/8</c>, <c>::1/128</c>) that may be reached although they are not public.
    /// Literals and <c>localhost</c> inside them may use any port and plain http. Default none; logged as a warning at start.
    /// </summary>
    public string[] AllowNetworks { get; set; } = [];

    /// <summary>Networks in CIDR form that are refused although they are public, such as the installation's own addresses. Default none.</summary>
    public string[] DenyNetworks { get; set; } = [];

    /// <summary>True lifts the limit to ports 80, 443, 8080 and 8443. Default false.</summary>
    public bool AllowAnyPort { get; set; }
}

sealed class EgressOptionsValidator : IValidateOptions<EgressOptions>
{
    public ValidateOptionsResult Validate(string? name, EgressOptions options)
    {
        var faults = options.AllowNetworks.Select(text => (Setting: "AllowNetworks", text))
            .Concat(options.DenyNetworks.Select(text => (Setting: "DenyNetworks", text)))
            .Where(entry => !IPNetwork.TryParse(entry.text, out _))
            .Select(entry => $"Egress:{entry.Setting}: '{entry.text}' is not a network such as 10.1.0.0/16")
            .ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
