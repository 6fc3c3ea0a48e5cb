using System.ComponentModel.DataAnnotations;

namespace VideoGen.Web.Mcp;

/// <summary>Section <c>Web:Mcp</c>.</summary>
internal sealed class McpOptions
{
    public const string Section = "Web:Mcp";

    /// <summary>
    /// Credits that programs may spend by MCP with one credential within the window; more is refused before it is bought. A client may
    /// ask for less by <c>/mcp?budget=…</c>. 0 refuses whatever costs. Default 1,000.
    /// </summary>
    [Range(0, 1_000_000_000)]
    public long BudgetCredits { get; set; } = 1000;

    /// <summary>For how long spent credits count against the budget. Default 1 day.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "31.00:00:00")]
    public TimeSpan BudgetWindow { get; set; } = TimeSpan.FromDays(1);
}
