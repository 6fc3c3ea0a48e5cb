using MassTransit;
using VideoGen.Durability;

namespace VideoGen.Jobs.Saga;

/// <summary>What happens to a job after its submit.</summary>
internal static class SagaFeature
{
    public static void AddJobSaga(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<JobStore>();
        builder.Services.AddScoped<JobSteps>();
        builder.Services.AddDueWork<OverdueJobs>(OverdueJobs.Kind, work => work.Concurrency = 1);
        builder.Services.AddDueWork<SagaPruning>(SagaPruning.Kind, work => work.Concurrency = 1);
        builder.Services.AddHostedService<RecurringWork>();
    }

    public static void AddJobSaga(this IBusRegistrationConfigurator bus) =>
        bus.AddSagaStateMachine<JobStateMachine, JobSaga>().DurableRepository();
}
