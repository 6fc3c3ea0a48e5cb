using VideoGen.Gateway.Dialects.Native;
using VideoGen.Jobs.Contracts;

namespace VideoGen.Gateway.Dialects.Visualizr;

/// <summary><c>GET /models</c> and <c>GET /models/{model_id}</c>.</summary>
internal sealed class ModelEndpoints(IDialect dialect)
{
    public async Task<IResult> ListAsync(NativeApi native, CancellationToken ct)
    {
        var catalog = await native.Models.GetAsync(ct);
        if (!catalog.Succeeded) return catalog.Refusal;
        var figures = await native.Statistics.OfModelsAsync(ct);
        if (!figures.Succeeded) return figures.Refusal;
        return DialectJson.Answer(new { models = catalog.Value.Of(dialect).Select(one => VisualizrModel.SummaryOf(one.Name, one.Model, RunsOf(figures.Value, one.Model.Slug))) });
    }

    public async Task<IResult> GetAsync(string modelId, NativeApi native, CancellationToken ct)
    {
        var model = await VisualizrModels.FindAsync(dialect, native, modelId, ct);
        if (!model.Succeeded) return model.Refusal;
        var figures = await native.Statistics.OfModelsAsync(ct);
        return figures.Succeeded ? DialectJson.Answer(VisualizrModel.DetailsOf(modelId, model.Value, RunsOf(figures.Value, model.Value.Slug))) : figures.Refusal;
    }

    static RunFigures RunsOf(ModelStatistics figures, string slug) => figures.Models.FirstOrDefault(one => one.Model == slug)?.Runs ?? RunFigures.None;
}
