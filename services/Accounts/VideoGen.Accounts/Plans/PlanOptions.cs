using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace VideoGen.Accounts.Plans;

/// <summary>Section <c>Catalog</c>; Providers reads its models from the same folder.</summary>
internal sealed class PlanOptions
{
    public const string Section = "Catalog";

    /// <summary>The folder that holds <c>plans.json</c>. Required.</summary>
    [Required]
    public string Folder { get; set; } = "";

    public string File => Path.Combine(Folder, "plans.json");
}

/// <summary>Reads the file once at start, so that a faulty one stops the service then.</summary>
internal sealed class PlanOptionsValidator : IValidateOptions<PlanOptions>
{
    public ValidateOptionsResult Validate(string? name, PlanOptions options)
    {
        if (options.Folder.Length == 0) return ValidateOptionsResult.Skip;
        try
        {
            PlanFile.Load(options.File);
            return ValidateOptionsResult.Success;
        }
        catch (InvalidOperationException fault)
        {
            return ValidateOptionsResult.Fail(fault.Message);
        }
    }
}
