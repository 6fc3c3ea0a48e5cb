using VideoGen.Gateway.Dialects.Native;
using VideoGen.HttpApi.Errors;

namespace VideoGen.Gateway.Dialects.Vydra;

/// <summary><c>GET /models</c>: price, provider and the JSON Schema that validates each model's body.</summary>
internal sealed class ModelsEndpoint(IDialect dialect)
{
    public async Task<IResult> HandleAsync(HttpRequest request, NativeApi native, CancellationToken ct)
    {
        var (provider, isActive) = (request.Query["provider"].ToString(), request.Query["isActive"].ToString());
        if (isActive.Length > 0 && !bool.TryParse(isActive, out _)) return Problems.Of(ErrorCodes.InvalidRequest, "Invalid field: isActive (must be true or false)");
        var catalog = await native.Models.GetAsync(ct);
        if (!catalog.Succeeded) return catalog.Refusal;

        var data = catalog.Value.ListedBy(dialect)
            .Where(one => provider.Length == 0 || one.Model.Vendor.Equals(provider, StringComparison.OrdinalIgnoreCase))
            .Where(one => isActive.Length == 0 || one.Model.Active == bool.Parse(isActive))
            .Select(one => new
            {
                slug = one.Name,
                name = one.Model.Name,
                provider = one.Model.Vendor,
                creditsPerUnit = one.Model.Price.Credits,
                pricingUnit = one.Model.Price.Unit,
                description = one.Model.Description,
                inputSchema = one.Model.InputSchema,
                isActive = one.Model.Active,
            }).ToList();
        return DialectJson.Answer(new { data, count = data.Count });
    }
}
