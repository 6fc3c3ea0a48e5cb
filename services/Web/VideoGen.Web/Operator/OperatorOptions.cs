using System.ComponentModel.DataAnnotations;

namespace VideoGen.Web.Operator;

/// <summary>Section <c>Web:Operator</c>.</summary>
internal sealed class OperatorOptions
{
    public const string Section = "Web:Operator";

    /// <summary>
    /// Address of the Aspire dashboard as operators' browsers reach it; the operators' pages lead there. Default: none, and no link.
    /// </summary>
    [Url]
    public string? DashboardUrl { get; set; }
}
